import "./words.css";
import "./data.css";
import { type ReactNode, useEffect, useState } from "react";
import type { Refusal } from "../api/refusal.ts";
import { Button } from "./button.tsx";
import { MarkedWords } from "./marked-words.tsx";
import { StatusMark } from "./status.tsx";

/** A page opens with its answer: one sentence in large type. */
export function Answer({ children }: { readonly children: ReactNode }) {
  return <h1 className="answer">{children}</h1>;
}

/** Sets the title of the window while the page is shown. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === "" ? "Gaia" : `${title} · Gaia`;
  }, [title]);
}

/** Nothing there: why, and the first step, as a button or a command. */
export function Empty({
  title,
  children,
  command,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly command?: string;
}) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
      {command !== undefined && <code className="code">{command}</code>}
    </div>
  );
}

/** Rows of the size of what comes; shown only when it takes a moment. */
export function SkeletonRows({ rows = 4, label }: { readonly rows?: number; readonly label: string }) {
  const [isShown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="rows" aria-busy="true" aria-label={`${label}: loading`} role="status">
      {isShown &&
        Array.from({ length: rows }, (_, at) => (
          <div className="row sk-row" key={at}>
            <span className="sk" />
            <span className="sk" />
          </div>
        ))}
    </div>
  );
}

/** What is wrong, where, what to do, and what is not affected; code and request last. */
export function Failure({
  what,
  refusal,
  unaffected,
  retry,
}: {
  readonly what: string;
  readonly refusal: Refusal;
  readonly unaffected?: string;
  readonly retry?: (() => void) | undefined;
}) {
  return (
    <div className="note failed" role="alert">
      <StatusMark status="failed" />
      <div className="note-body">
        <p>
          <strong>{what}</strong> <MarkedWords text={refusal.message} />
        </p>
        {unaffected !== undefined && <p className="mid">{unaffected}</p>}
        <div className="btns">
          {retry !== undefined && (
            <Button size="small" icon="retry" onClick={retry}>
              Try again
            </Button>
          )}
          <code className="soft">
            {refusal.code}
            {refusal.requestId === "" ? "" : ` · request ${refusal.requestId}`}
          </code>
        </div>
      </div>
    </div>
  );
}

/** A heading with a hairline, a number and a link. */
export function SectionHead({
  title,
  id,
  note,
  children,
}: {
  readonly title: string;
  /** Of the heading, for what it names. */
  readonly id?: string;
  readonly note?: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <div className="h-row">
      <h2 id={id}>{title}</h2>
      {note !== undefined && <span className="n">{note}</span>}
      {children}
    </div>
  );
}
