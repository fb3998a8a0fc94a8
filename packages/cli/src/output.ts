import type { Context } from "./context.ts";
import { padEnd, padStart, textWidth } from "./terminal/width.ts";

/** One document on stdout. Indented for people on a terminal, one line in a pipe. */
export function outDocument(context: Context, value: unknown): void {
  context.out(JSON.stringify(value, null, context.stdoutIsTerminal ? 2 : 0));
}

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** A table without lines: a faint head, columns two spaces apart. Cells may be coloured. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paintHead: (text: string) => string,
): string[] {
  const widths = columns.map((column, index) =>
    rows.reduce((most, row) => Math.max(most, textWidth(row[index] ?? "")), textWidth(column.title)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        if (columns[index]?.align === "right") return padStart(cell, width);
        return index === cells.length - 1 ? cell : padEnd(cell, width);
      })
      .join("  ")
      .trimEnd();
  return [paintHead(line(columns.map((column) => column.title))), ...rows.map(line)];
}

/** Width of the terminal behind stdout; a pipe has no limit. */
export function outColumns(context: Context): number {
  return context.stdoutIsTerminal ? process.stdout.columns : Number.POSITIVE_INFINITY;
}
