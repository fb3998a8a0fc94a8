import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Result, ROWS } from "./rows.ts";

// `npm run bench [-- --row NAME …] [-- --write]`: the table, each figure beside its floor in the same run. `--write` keeps
// it in docs/benchmarks.md with machine and date.

const { values } = parseArgs({
  options: {
    row: { type: "string", multiple: true, default: [] },
    write: { type: "boolean", default: false },
  },
});
const chosen = ROWS.filter(({ name }) => values.row.length === 0 || values.row.includes(name));
if (chosen.length === 0) {
  process.stderr.write(`no such row; there are ${ROWS.map(({ name }) => name).join(", ")}\n`);
  process.exit(2);
}
const results: Result[] = [];
for (const { name, run } of chosen) {
  process.stderr.write(`  ${name} …\n`);
  for (const line of await run()) {
    results.push(line);
    process.stdout.write(`${rowText(line)}\n`);
  }
}
if (values.write) {
  const file = fileURLToPath(new URL("../docs/benchmarks.md", import.meta.url));
  const document = readFileSync(file, "utf8");
  const [head = ""] = document.split("<!-- table -->");
  writeFileSync(file, `${head}<!-- table -->\n${tableText(results)}\n`);
}

function rowText({ what, gaia, against, ratio, reach }: Result): string {
  return `| ${what} | ${gaia} | ${against} | ${ratio} | ${reach} |`;
}

function tableText(lines: readonly Result[]): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "?"}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`;
  return [
    `Measured on ${machine}.`,
    "",
    "| what | Gaia | floor or peer, same run | ratio | to reach |",
    "| --- | --- | --- | --- | --- |",
    ...lines.map(rowText),
  ].join("\n");
}
