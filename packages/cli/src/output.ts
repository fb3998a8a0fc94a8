import type { Context } from "./context.ts";
import { fitMiddle, padEnd, padStart, textWidth } from "./terminal/width.ts";

/** A last column that is narrower than this says nothing. */
const LAST_COLUMNS_MIN = 8;
const GAP = "  ";

/** One document on stdout. Indented for people on a terminal, one line in a pipe. */
export function outDocument(context: Context, value: unknown): void {
  context.out(JSON.stringify(value, null, context.stdoutIsTerminal ? 2 : 0));
}

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Left out where the table does not fit: the last such column first. */
  readonly spare?: boolean;
}

/**
 * A table without lines: a faint head, columns two spaces apart. Cells may be coloured. Where it is wider than `widest`,
 * spare columns are left out, and then the last one is cut.
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paintHead: (text: string) => string,
  widest: number = Number.POSITIVE_INFINITY,
): string[] {
  const widths = columns.map((column, index) =>
    rows.reduce((most, row) => Math.max(most, textWidth(row[index] ?? "")), textWidth(column.title)),
  );
  const shown = shownColumns(columns, widths, widest);
  const last = shown.at(-1) ?? 0;
  const room = Math.max(LAST_COLUMNS_MIN, widest - widthOf(shown, widths) + (widths[last] ?? 0));
  const line = (cells: readonly string[]) =>
    shown
      .map((index) => {
        const [cell, width] = [cells[index] ?? "", widths[index] ?? 0];
        if (columns[index]?.align === "right") return padStart(cell, width);
        return index === last ? fitMiddle(cell, room) : padEnd(cell, width);
      })
      .join(GAP)
      .trimEnd();
  return [paintHead(line(columns.map((column) => column.title))), ...rows.map(line)];
}

/** Places of the columns that are shown. */
function shownColumns(columns: readonly Column[], widths: readonly number[], widest: number): number[] {
  let shown = columns.map((_, index) => index);
  while (widthOf(shown, widths) > widest) {
    const spare = shown.findLast((index) => columns[index]?.spare === true);
    if (spare === undefined) break;
    shown = shown.filter((index) => index !== spare);
  }
  return shown;
}

function widthOf(shown: readonly number[], widths: readonly number[]): number {
  return shown.reduce((sum, index) => sum + (widths[index] ?? 0), GAP.length * (shown.length - 1));
}

/** Width of the terminal behind stdout; a pipe has no limit. */
export function outColumns(context: Context): number {
  return context.stdoutIsTerminal ? process.stdout.columns : Number.POSITIVE_INFINITY;
}
