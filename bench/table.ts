import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { type Result, ROUNDS } from "./row.ts";

/** Tables as Markdown, for the terminal and for the document. */

const HEAD = ["what", "Gaia", "floor or peer, same run", "ratio", "CPU: Gaia : floor", "to reach"] as const;

export function rowText({ what, gaia, against, ratio, cpu, reach }: Result): string {
  return line([what, gaia, against, ratio, cpu, reach]);
}

export function resultTable(results: readonly Result[]): string {
  return [headText(HEAD), ...results.map(rowText)].join("\n");
}

/** Head and rule of a table. */
export function headText(columns: readonly string[]): string {
  return `${line(columns)}\n${line(columns.map(() => "---"))}`;
}

export function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

const loadBefore = loadavg()[0] ?? Number.NaN;

/** Machine and date; the load before says how quiet it was. */
export function machineText(): string {
  const model = cpus()[0]?.model ?? "an unknown processor";
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const date = new Date().toISOString().slice(0, 10);
  return `Measured on ${date}: ${availableParallelism()} × ${model}, ${memory}, Node ${process.versions.node}; load average before ${loadBefore.toFixed(1)}, ${ROUNDS} rounds.`;
}

/**
 * Puts `text` between `<!-- NAME -->` and `<!-- /NAME -->` of a document.
 * @throws Error when the document does not have both marks.
 */
export function writeBetween(file: string, name: string, text: string): void {
  const document = readFileSync(file, "utf8");
  const [head, rest] = document.split(`<!-- ${name} -->`);
  const [, tail] = (rest ?? "").split(`<!-- /${name} -->`);
  if (head === undefined || rest === undefined || tail === undefined)
    throw new Error(`${file} has no <!-- ${name} --> … <!-- /${name} --> to write to`);
  writeFileSync(file, `${head}<!-- ${name} -->\n${text}\n<!-- /${name} -->${tail}`);
}
