/** The page `docs/metrics.md`, made of what a scrape says about itself. */
export function metricsDocument(scrape: string): string {
  const rows = metricsIn(scrape).map(({ name, type, help }) => `| \`${name}\` | ${type} | ${help} |`);
  return `${HEAD}\n${rows.join("\n")}\n`;
}

const HEAD = `# Metrics

\`GET /metrics\` answers in the Prometheus text format: over the socket of the same user as it is, over TCP with the token.
Labels are of bounded number: routes are templates of paths, never paths. This page is compared with the code by a test.

\`\`\`yaml
scrape_configs:
  - job_name: gaia
    authorization: { credentials_file: /home/you/.gaia/secrets/token }
    static_configs: [{ targets: ["127.0.0.1:4242"] }]
\`\`\`

| metric | type | meaning |
| --- | --- | --- |`;

interface Metric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
}

function metricsIn(scrape: string): readonly Metric[] {
  const types = new Map(
    Array.from(scrape.matchAll(/^# TYPE (\S+) (\w+)$/gm), ([, name = "", type = ""]) => [name, type]),
  );
  const found = Array.from(scrape.matchAll(/^# HELP (\S+) (.*)$/gm), ([, name = "", help = ""]) => ({
    name,
    help,
    type: types.get(name) ?? "",
  }));
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
