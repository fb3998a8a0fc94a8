/** A text that is not saved, kept in this browser. */
export interface Draft {
  readonly text: string;
  /** The version that it was begun on; 0: a new pipeline. */
  readonly base: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** More are not kept: the oldest go. */
const KEPT = 20;
const PREFIX = "gaia.draft:";

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** The draft of a pipeline, by its name; `""`: of one that is new. Null: there is none, or storage is off. */
export function readDraft(store: Store, pipeline: string): Draft | null {
  try {
    return draftFrom(store.getItem(PREFIX + pipeline));
  } catch {
    return null;
  }
}

/** Keeps a draft. False: storage is off or full, so that leaving the page loses the text. */
export function keepDraft(store: Store, pipeline: string, draft: Draft): boolean {
  try {
    store.setItem(PREFIX + pipeline, JSON.stringify(draft));
    dropOldest(store);
    return true;
  } catch {
    return false;
  }
}

export function dropDraft(store: Store, pipeline: string): void {
  try {
    store.removeItem(PREFIX + pipeline);
  } catch {
    // Storage is off: nothing was kept.
  }
}

function dropOldest(store: Store): void {
  const kept = Array.from({ length: store.length }, (_, at) => store.key(at) ?? "")
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => ({ key, at: draftFrom(store.getItem(key))?.at ?? 0 }))
    .toSorted((a, b) => b.at - a.at);
  for (const { key } of kept.slice(KEPT)) store.removeItem(key);
}

function draftFrom(kept: string | null): Draft | null {
  if (kept === null) return null;
  try {
    const value: unknown = JSON.parse(kept);
    if (typeof value !== "object" || value === null) return null;
    const { text, base, at } = value as Partial<Record<keyof Draft, unknown>>;
    const isDraft = typeof text === "string" && typeof base === "number" && typeof at === "number";
    return isDraft ? { text, base, at } : null;
  } catch {
    return null;
  }
}
