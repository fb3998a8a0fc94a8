import { memo, type MouseEvent } from "react";
import { bytes, count, Icon, spoken } from "../../design/index.ts";
import { parseLine } from "./ansi.ts";
import type { Fold } from "./folds.ts";
import type { LogLine } from "./line-store.ts";
import { markMatches, type Marked } from "./matches.ts";
import { type TimeMode, timeText } from "./times.ts";

/** What all rows of a log share. */
export interface RowLook {
  readonly time: TimeMode;
  readonly startedAt: number | null;
  /** What is searched for; empty: nothing. */
  readonly wanted: string;
  /** How many lines there are; -1: it grows. */
  readonly size: number;
  readonly choose: (line: number, isRange: boolean) => void;
  readonly toggle: (fold: Fold) => void;
}

interface LineRowProps {
  readonly line: number;
  /** Null: it is on its way. */
  readonly content: LogLine | null;
  readonly look: RowLook;
  readonly isChosen: boolean;
  readonly mark: "error" | "warning" | null;
  /** Which of the line's matches is the current one; null: none. */
  readonly current: number | null;
}

/** What ends a group says nothing by itself: it steps back. */
const GROUP_END = /^(?:::|##\[)endgroup(?:::|\])\s*$/;

/** One line: its number is its permalink. Text is text: nothing of it is ever read as markup. */
export const LineRow = memo(function LineRow({ line, content, look, isChosen, mark, current }: LineRowProps) {
  const names = [isChosen ? "at" : "", mark === "error" ? "le" : "", mark === "warning" ? "lw" : ""];
  const isOwn = content?.text.startsWith("[gaia] ") === true;
  const isMarker = content !== null && GROUP_END.test(content.text);
  const name = [...names, isOwn ? "own" : "", isMarker ? "marker" : ""]
    .filter((each) => each !== "")
    .join(" ");
  return (
    <li
      className={name === "" ? undefined : name}
      data-line={line}
      aria-setsize={look.size}
      aria-posinset={line}
    >
      <LineNumber line={line} look={look} />
      <LineTime at={content?.at ?? null} look={look} />
      <span className="tx">
        {mark !== null && <span className="vh">{mark}: </span>}
        {content !== null && <LineText content={content} wanted={look.wanted} current={current} />}
      </span>
    </li>
  );
});

function LineNumber({ line, look }: { readonly line: number; readonly look: RowLook }) {
  const pressed = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    look.choose(line, event.shiftKey);
  };
  return (
    <a className="ln" href={`?line=${line}`} aria-label={`Line ${count(line)}`} onClick={pressed}>
      {count(line)}
    </a>
  );
}

function LineTime({ at, look }: { readonly at: number | null; readonly look: RowLook }) {
  if (look.time === "off") return null;
  return <span className="ts">{timeText(look.time, at, look.startedAt)}</span>;
}

function LineText({
  content,
  wanted,
  current,
}: {
  readonly content: LogLine;
  readonly wanted: string;
  readonly current: number | null;
}) {
  const parsed = parseLine(content.text, content.style);
  const pieces = markMatches(parsed.pieces, parsed.text, wanted);
  return (
    <>
      {pieces.map((piece, at) => (
        <PieceText key={at} piece={piece} isCurrent={piece.match !== null && piece.match === current} />
      ))}
      {content.cutBytes > 0 && (
        <small className="cut"> … {bytes(content.cutBytes)} more on this line, in the download</small>
      )}
    </>
  );
}

function PieceText({ piece, isCurrent }: { readonly piece: Marked; readonly isCurrent: boolean }) {
  const text =
    piece.match === null ? piece.text : <mark className={isCurrent ? "cur" : undefined}>{piece.text}</mark>;
  const look = piece.classes === "" ? undefined : piece.classes;
  if (piece.href !== null)
    return (
      <a className={look} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
        {text}
      </a>
    );
  return look === undefined ? text : <span className={look}>{text}</span>;
}

interface FoldRowProps {
  readonly fold: Fold;
  /** First line of it, as far as it is here. */
  readonly content: LogLine | null;
  readonly look: RowLook;
  readonly now: number;
}

/** The head of a fold, open or closed, with what is in it. */
export function FoldRow({ fold, content, look, now }: FoldRowProps) {
  const at = fold.at === null ? (content?.at ?? null) : Date.parse(fold.at);
  return (
    <li className={`fold${fold.isOpen ? " open" : ""}`} aria-setsize={look.size} aria-posinset={fold.line}>
      <LineNumber line={fold.line} look={look} />
      <LineTime at={at} look={look} />
      <FoldHead fold={fold} content={content} look={look} now={now} />
    </li>
  );
}

/** Name and facts of a fold, as the button that opens and closes it. */
export function FoldHead({ fold, content, look, now }: FoldRowProps) {
  const text =
    content === null ? "" : parseLine(content.text.slice(0, TITLE_CHARACTERS), content.style).text.trim();
  const title = fold.kind === "group" ? fold.title : text === "" ? "The same lines" : text;
  return (
    <span className="fold-head">
      <button type="button" aria-expanded={fold.isOpen} onClick={() => look.toggle(fold)}>
        <Icon name={fold.isOpen ? "down" : "right"} />
        <span className={fold.kind === "repeat" ? "fold-text" : undefined}>{title}</span>
        <small>{foldFacts(fold, now)}</small>
      </button>
    </span>
  );
}

const TITLE_CHARACTERS = 400;

/** `1.9 s · 12 lines`, `35,904 lines, repeated 8,976 times`. */
export function foldFacts(fold: Fold, now: number): string {
  const lines = fold.end - fold.line + 1;
  if (fold.kind === "repeat") {
    const times = Math.floor(lines / fold.period);
    return fold.period === 1
      ? `repeated ${count(times)} times`
      : `${count(lines)} lines, repeated ${count(times)} times`;
  }
  const facts = [`${count(lines)} lines`];
  const from = fold.at === null ? null : Date.parse(fold.at);
  const until = fold.until === null ? null : Date.parse(fold.until);
  // Times are noted for batches of lines: two in one batch say nothing about what lies between them.
  if (from !== null && until !== null && until > from) facts.unshift(spoken(until - from));
  else if (from !== null && fold.isGrowing) facts.unshift(`${spoken(Math.max(0, now - from))} so far`);
  return facts.join(" · ");
}
