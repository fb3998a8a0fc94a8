import { useEffect, useRef, useState } from "react";
import { dropDraft, keepDraft, readDraft } from "./draft.ts";
import type { Kept } from "./queries.ts";

/** A pause in typing, after which the draft is kept. */
const PAUSE_MS = 500;

/** How a draft stands in this browser. */
export type DraftState =
  | { readonly kind: "none" }
  | { readonly kind: "kept"; readonly at: number }
  /** Storage is off or full. */
  | { readonly kind: "refused" };

export interface Editing {
  /** The current text on the server, as far as it is known. */
  readonly kept: Kept;
  /** The version that the text was begun on. */
  readonly base: number;
  readonly text: string;
  readonly isDirty: boolean;
  readonly draft: DraftState;
  /** When the draft was written that this text began as; null: it began as what is kept. */
  readonly restoredAt: number | null;
  readonly change: (text: string) => void;
  /** The text is now the newest version. */
  readonly saved: (kept: Kept) => void;
  /** From now on the text takes this version into account. */
  readonly rebase: (kept: Kept) => void;
  /** Whether there is something to lose, also between two renderings. */
  readonly hasUnsaved: () => boolean;
}

/** The text under someone's hands: a draft of it is kept in this browser until it is saved. */
export function useEditing(
  pipeline: string,
  opened: { readonly kept: Kept; readonly text: string },
): Editing {
  const [first] = useState(() => beginning(pipeline, opened));
  const [kept, setKept] = useState(opened.kept);
  const [base, setBase] = useState(first.base);
  const [text, setText] = useState(first.text);
  const [restoredAt, setRestoredAt] = useState(first.restoredAt);
  const [draft, setDraft] = useState<DraftState>(
    first.restoredAt === null ? { kind: "none" } : { kind: "kept", at: first.restoredAt },
  );
  const latest = useRef({ kept: opened.kept, base: first.base, text: first.text });
  const isDirty = text !== kept.source;

  useEffect(() => {
    const timer = setTimeout(() => setDraft(keptDraft(pipeline, { kept, base, text })), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [pipeline, text, kept, base]);
  // Who leaves in the middle of a word leaves nothing behind.
  useEffect(() => () => void keptDraft(pipeline, latest.current), [pipeline]);

  const remember = (change: Partial<typeof latest.current>): void => {
    latest.current = { ...latest.current, ...change };
  };
  return {
    kept,
    base,
    text,
    isDirty,
    draft,
    restoredAt,
    change: (next) => {
      remember({ text: next });
      setText(next);
    },
    saved: (next) => {
      remember({ kept: next, base: next.version });
      dropDraft(localStorage, pipeline);
      setKept(next);
      setBase(next.version);
      setRestoredAt(null);
    },
    rebase: (next) => {
      remember({ kept: next, base: next.version });
      setKept(next);
      setBase(next.version);
    },
    hasUnsaved: () => latest.current.text !== latest.current.kept.source,
  };
}

function beginning(
  pipeline: string,
  { kept, text }: { readonly kept: Kept; readonly text: string },
): { readonly text: string; readonly base: number; readonly restoredAt: number | null } {
  // An older version was asked for: it, and not the draft, is what a person wants to see.
  const isAsked = text !== kept.source;
  const draft = isAsked ? null : readDraft(localStorage, pipeline);
  if (draft === null || draft.text === kept.source) return { text, base: kept.version, restoredAt: null };
  return { text: draft.text, base: draft.base, restoredAt: draft.at };
}

function keptDraft(
  pipeline: string,
  { kept, base, text }: { readonly kept: Kept; readonly base: number; readonly text: string },
): DraftState {
  if (text === kept.source) {
    dropDraft(localStorage, pipeline);
    return { kind: "none" };
  }
  const known = readDraft(localStorage, pipeline);
  if (known?.text === text && known.base === base) return { kind: "kept", at: known.at };
  const at = Date.now();
  return keepDraft(localStorage, pipeline, { text, base, at }) ? { kind: "kept", at } : { kind: "refused" };
}
