import "./diff.css";
import { useMemo, useState } from "react";
import { changeCounts, type DiffLine, diffOf, folded } from "./diff.ts";

const SIGNS = { same: " ", added: "+", removed: "−" } as const;
const CLASSES = { same: "ctx", added: "add", removed: "del" } as const;
const WORDS = { same: "", added: "added: ", removed: "removed: " } as const;

/** Two texts as one, with signs besides colour; what is equal is folded and opens in place. */
export function DiffView({
  before,
  after,
  beforeName,
  afterName,
}: {
  readonly before: string;
  readonly after: string;
  readonly beforeName: string;
  readonly afterName: string;
}) {
  const lines = useMemo(() => diffOf(before, after), [before, after]);
  const counts = changeCounts(lines);
  const parts = useMemo(() => folded(lines), [lines]);
  if (counts.added + counts.removed === 0)
    return (
      <p className="mid">
        {beforeName} and {afterName} are the same text.
      </p>
    );
  return (
    <div
      className="diff"
      role="region"
      aria-label={`Changes from ${beforeName} to ${afterName}`}
      tabIndex={0}
    >
      <div className="hd">
        <span>
          {beforeName} → {afterName}
        </span>
        <span>
          <b>+{counts.added}</b> <b>−{counts.removed}</b>
        </span>
      </div>
      {parts.map((part, at) =>
        part.kind === "lines" ? (
          // oxlint-disable-next-line react/no-array-index-key -- a part is its place
          <Lines key={at} lines={part.lines} />
        ) : (
          // oxlint-disable-next-line react/no-array-index-key -- a part is its place
          <Fold key={at} lines={part.lines} />
        ),
      )}
    </div>
  );
}

function Fold({ lines }: { readonly lines: readonly DiffLine[] }) {
  const [isOpen, open] = useState(false);
  if (isOpen) return <Lines lines={lines} />;
  return (
    <button type="button" className="diff-fold" onClick={() => open(true)}>
      ⋯ {lines.length} equal lines
    </button>
  );
}

function Lines({ lines }: { readonly lines: readonly DiffLine[] }) {
  return (
    <>
      {lines.map((line) => (
        <div key={`${line.before}:${line.after}`} className={CLASSES[line.kind]}>
          <span className="diff-no" aria-hidden="true">
            {line.before}
          </span>
          <span className="diff-no" aria-hidden="true">
            {line.after}
          </span>
          <span aria-hidden="true">{SIGNS[line.kind]} </span>
          <span className="vh">{WORDS[line.kind]}</span>
          {line.text}
        </div>
      ))}
    </>
  );
}
