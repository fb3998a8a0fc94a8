import { type ConfigKey, defaultText, KEYS } from "./keys.ts";

const HEAD = `# Gaia's configuration. Everything is commented out and shows its default; a variable wins over this file.
# An unknown key or a wrong value is refused at start. Changes count from the next start of the server.
`;

/** The `config.toml` of a new home: every key there is, as a comment, so that defaults stay those of the version. */
export function configTemplate(): string {
  const sections = Map.groupBy<string, ConfigKey<unknown>>(Object.values(KEYS), ({ section }) => section);
  const parts = Array.from(sections, ([section, keys]) => `\n[${section}]\n${keys.map(lineOf).join("\n")}\n`);
  return `${HEAD}${parts.join("")}`;
}

function lineOf(key: ConfigKey<unknown>): string {
  const facts = `${key.unit}; ${key.limit.replaceAll("`", "")}; ${key.env}`;
  return `# ${key.meaning}\n#   (${facts})\n# ${key.name} = ${defaultText(key)}\n`;
}
