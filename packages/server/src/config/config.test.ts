import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "smol-toml";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { configTemplate, defaultText, KEYS, loadConfig } from "./index.ts";

let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gaia-config-"));
  file = join(folder, "config.toml");
});
afterEach(() => rmSync(folder, { recursive: true }));

function loaded(text: string, environment: Record<string, string> = {}): ReturnType<typeof loadConfig> {
  writeFileSync(file, text);
  return loadConfig(file, environment);
}

const DEFAULTS = Object.fromEntries(Object.entries(KEYS).map(([name, key]) => [name, key.fallback]));

describe("config.toml", () => {
  test("need not be there, or may be empty", () => {
    expect(loadConfig(file, {})).toEqual(DEFAULTS);
    expect(loaded("")).toEqual(DEFAULTS);
  });

  test("of a new home changes nothing, and each of its lines can be used", () => {
    expect(loaded(configTemplate())).toEqual(DEFAULTS);
    const lines = configTemplate().replaceAll(/^# (\w+ = .*)$/gm, "$1");
    expect(Object.values(parse(lines)).flatMap((section) => Object.keys(section))).toHaveLength(
      Object.keys(KEYS).length,
    );
    expect(loaded(lines)).toEqual(DEFAULTS);
  });

  test("has a schema, a unit, a limit and a variable of its own for every key", () => {
    for (const key of Object.values(KEYS)) {
      expect(key.env).toMatch(/^GAIA_[A-Z_]+$/);
      for (const words of [key.unit, key.limit, key.meaning]) expect(words).not.toBe("");
      expect(key.schema.safeParse(parse(`value = ${defaultText(key)}`)["value"]).data).toEqual(key.fallback);
    }
    expect(new Set(Object.values(KEYS).map((key) => key.env)).size).toBe(Object.keys(KEYS).length);
  });

  test("is read in its units; a variable wins", () => {
    const text = '[retention]\nmax_age = "36h"\n[worker]\nslots = 3\ntags = ["gpu"]\n';
    expect(loaded(text)).toMatchObject({ runsMaxAgeMs: 129_600_000, slots: 3, tags: ["gpu"] });
    const environment = { GAIA_SLOTS: "7", GAIA_TAGS: "a, b", GAIA_WORKER: "0", GAIA_RETENTION_MAX_AGE: "" };
    expect(loaded(text, environment)).toMatchObject({
      runsMaxAgeMs: 129_600_000,
      slots: 7,
      tags: ["a", "b"],
      localWorker: false,
    });
  });

  test.each(["sessions", "templates", "scaffold", "services", "agents"])(
    "with [%s] says what it belongs to, and that it is not there",
    (section) => {
      expect(() => loaded(`[${section}]\nidle = "24h"\n`)).toThrow(
        new RegExp(
          `${file}: \\[${section}\\] belongs to [A-Za-z ]+, which this version of Gaia does not have`,
        ),
      );
    },
  );

  test.each([
    ["[constructor]\na = 1\n", /unknown section `constructor`/],
    ['[retention]\nmax_age = "5000d"\n', /retention\.max_age is not valid.*3650d.*Default: "90d"\./],
    ["[workflows]\nexecution_copies = -1\n", /workflows\.execution_copies is not valid.*Default: 10000\./],
    ["port = 1\n", /unknown section `port`/],
    ["server = 1\n", /\[server\] must be a section/],
  ])("that is wrong is refused: %j", (text, sentence) => {
    expect(() => loaded(text)).toThrow(sentence);
  });
});
