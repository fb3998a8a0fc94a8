/** Lines that an address points at. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** `5`, `5-9`, also `L5`; null: it points nowhere. */
export function rangeFrom(text: string | undefined): LineRange | null {
  const parts = /^L?(\d{1,9})(?:-L?(\d{1,9}))?$/.exec(text ?? "");
  if (parts === null) return null;
  const [one, other] = [Number(parts[1]), Number(parts[2] ?? parts[1])];
  const first = Math.min(one, other);
  return first < 1 ? null : { first, last: Math.max(one, other) };
}

export function rangeText({ first, last }: LineRange): string {
  return first === last ? String(first) : `${first}-${last}`;
}

/** From the lines that are chosen to `line`, as with Shift; without any, the line alone. */
export function extended(range: LineRange | null, line: number): LineRange {
  if (range === null) return { first: line, last: line };
  return line < range.first ? { first: line, last: range.first } : { first: range.first, last: line };
}
