import { useEffect, useMemo, useRef, useState } from "react";
import { IconButton } from "../../design/index.ts";
import type { Jobs } from "../jobs.ts";
import { ownerOf } from "./model.ts";

/** Finds jobs by a part of their name: the others recede, Enter goes from one to the next. */
export function Find({
  jobs,
  onMatches,
  onGo,
  onClose,
}: {
  readonly jobs: Jobs;
  readonly onMatches: (nodes: ReadonlySet<string> | null) => void;
  readonly onGo: (job: string) => void;
  readonly onClose: () => void;
}) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(-1);
  const field = useRef<HTMLInputElement>(null);
  const { list, shape } = jobs;
  const found = useMemo(() => matchesOf(list, text), [list, text]);
  useEffect(() => field.current?.focus(), []);
  const keys = found?.join("\n");
  useEffect(() => {
    onMatches(found === null ? null : new Set(found.map((key) => ownerOf(key, jobs))));
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- what is found changes with the text and the names alone
  }, [keys, shape, onMatches]);
  useEffect(() => () => onMatches(null), [onMatches]);
  const next = (by: number): void => {
    if (found === null || found.length === 0) return;
    const to = at < 0 && by < 0 ? found.length - 1 : (at + by + found.length) % found.length;
    setAt(to);
    const key = found[to];
    if (key !== undefined) onGo(key);
    field.current?.focus();
  };
  return (
    <div className="canvas-find" role="search">
      <input
        ref={field}
        type="search"
        aria-label="Find a job"
        placeholder="a part of a name"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(-1);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") next(event.shiftKey ? -1 : 1);
          else if (event.key === "Escape") onClose();
        }}
      />
      <span className="soft small nowrap" role="status">
        {found === null
          ? ""
          : found.length === 0
            ? "none"
            : at < 0
              ? found.length
              : `${at + 1} of ${found.length}`}
      </span>
      <IconButton icon="close" label="Close" onClick={onClose} />
    </div>
  );
}

/** Null: nothing is sought. */
function matchesOf(list: Jobs["list"], text: string): readonly string[] | null {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return null;
  return list.flatMap(({ key, name }) =>
    key.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted) ? [key] : [],
  );
}
