import { fileURLToPath } from "node:url";
import { misused, readArguments } from "../tools/arguments.mjs";
import { cleanUpWhenInterrupted, isInterrupted, removeFolders } from "./cleanup.ts";
import type { Result } from "./row.ts";
import { ROWS } from "./rows/index.ts";
import { machineText, resultTable, rowText, writeBetween } from "./table.ts";

// `npm run bench [-- --row NAME …] [-- --peers] [-- --write]`: the table, each figure beside its floor in the same run;
// with `--peers` the one beside durable peers. `--write` keeps it in docs/benchmarks.md with machine and date.

const DOCUMENT = fileURLToPath(new URL("../docs/benchmarks.md", import.meta.url));
const USAGE = `usage: npm run bench -- [--row NAME]... [--peers] [--write]
  --row NAME   only this row; may be given several times, and not with the other two
  --peers      the table beside durable peers
  --write      keep the table in docs/benchmarks.md
rows: ${ROWS.map(({ name }) => name).join(", ")}`;

try {
  process.exitCode = await main();
  removeFolders();
} catch (caught) {
  // What is being taken down answers no more; the process ends when all of it is gone.
  if (!isInterrupted()) throw caught;
  await new Promise(() => undefined);
}

async function main(): Promise<number> {
  const { names, peers, write } = read();
  cleanUpWhenInterrupted();
  if (peers) {
    const { peersTable } = await import("./peers/index.ts");
    const table = await peersTable();
    process.stdout.write(`${table}\n`);
    if (write) writeBetween(DOCUMENT, "peers", `${machineText()}\n\n${table}`);
    return 0;
  }
  const results = await measure(names);
  if (write) writeBetween(DOCUMENT, "table", `${machineText()}\n\n${resultTable(results)}`);
  return 0;
}

function read(): {
  readonly names: readonly string[];
  readonly peers: boolean;
  readonly write: boolean;
} {
  const { row, peers, write } = readArguments(USAGE, {
    row: { type: "string", multiple: true, default: [] },
    peers: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  });
  const unknown = row.find((name) => !ROWS.some((known) => known.name === name));
  if (unknown !== undefined) misused(USAGE, `there is no row ${unknown}`);
  // A part of the table is not written: it would look like the whole.
  if (row.length > 0 && (peers || write)) misused(USAGE, "--row goes with neither --peers nor --write");
  return { names: row, peers, write };
}

/** Prints each line as soon as it is there. */
async function measure(names: readonly string[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  const rows = ROWS.filter(({ name }) => names.length === 0 || names.includes(name));
  for (const { check } of rows) check?.();
  for (const { name, run } of rows) {
    process.stderr.write(`  ${name} …\n`);
    for (const found of await run()) {
      results.push(found);
      process.stdout.write(`${rowText(found)}\n`);
    }
  }
  return results;
}
