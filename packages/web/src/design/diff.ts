import { diffLines } from "diff";

/** A line of a unified diff; numbers count from 1 and are null where the line does not stand. */
export interface DiffLine {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** Lines that are shown, or equal lines that are folded away between them. */
export type DiffPart =
  | { readonly kind: "lines"; readonly lines: readonly DiffLine[] }
  | { readonly kind: "fold"; readonly lines: readonly DiffLine[] };

/** Equal lines that are shown around a change. */
const CONTEXT = 3;
/** A fold of a line or two would be longer than what it hides. */
const FOLD_MIN = 4;
/** Two texts that share next to nothing are not compared for longer: all goes, all comes. */
const COMPARED_MS = 1_000;

/** Compares two texts line by line. */
export function diffOf(before: string, after: string): readonly DiffLine[] {
  const from = ended(before);
  const to = ended(after);
  const changes = diffLines(from, to, { timeout: COMPARED_MS }) ?? [
    { value: from, removed: true, added: false },
    { value: to, removed: false, added: true },
  ];
  let old = 0;
  let next = 0;
  return changes.flatMap(({ value, added, removed }) =>
    value
      .split("\n")
      .slice(0, -1)
      .map((text): DiffLine => {
        if (!added) old += 1;
        if (!removed) next += 1;
        const kind = added ? "added" : removed ? "removed" : "same";
        return { kind, text, before: added ? null : old, after: removed ? null : next };
      }),
  );
}

/** Folds equal lines that are further than three lines from a change. */
export function folded(lines: readonly DiffLine[]): readonly DiffPart[] {
  const isNear = nearChanges(lines);
  const parts: { kind: "lines" | "fold"; lines: DiffLine[] }[] = [];
  lines.forEach((line, at) => {
    const kind = isNear[at] === true ? "lines" : "fold";
    const last = parts.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else parts.push({ kind, lines: [line] });
  });
  return parts.map((part) =>
    part.kind === "fold" && part.lines.length < FOLD_MIN ? { kind: "lines", lines: part.lines } : part,
  );
}

/** How many lines came and went. */
export function changeCounts(lines: readonly DiffLine[]): {
  readonly added: number;
  readonly removed: number;
} {
  return {
    added: lines.filter(({ kind }) => kind === "added").length,
    removed: lines.filter(({ kind }) => kind === "removed").length,
  };
}

function nearChanges(lines: readonly DiffLine[]): readonly boolean[] {
  const near = lines.map(() => false);
  lines.forEach(({ kind }, at) => {
    if (kind === "same") return;
    for (let i = Math.max(0, at - CONTEXT); i <= Math.min(lines.length - 1, at + CONTEXT); i++)
      near[i] = true;
  });
  return near;
}

/** A text whose last line is ended, with the line ends of Unix: neither is a change that a person made. */
function ended(text: string): string {
  const unix = text.replaceAll(/\r\n?/g, "\n");
  return unix === "" || unix.endsWith("\n") ? unix : `${unix}\n`;
}
