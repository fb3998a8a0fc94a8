import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { api, data, type EventView } from "../api/client.ts";
import { type Refusal, refusalFrom } from "../api/refusal.ts";
import type { RunState } from "./run-state.ts";

const PAGE = 500;
/** A longer history is looked at by pages, not as a whole. */
const HISTORY_MAX = 120_000;

export interface History {
  /** From the first one on, without gaps. */
  readonly events: readonly EventView[];
  /** False while it is being read, and for a history that is too long to be held. */
  readonly isWhole: boolean;
  /** Why it could not be read, and another try; null: nothing is wrong. */
  readonly failure: { readonly refusal: Refusal; readonly retry: () => void } | null;
}

/**
 * Everything that happened so far, and what happens meanwhile.
 *
 * @param isWanted false: nothing is read that is not there already
 */
export function useHistory(id: string, state: RunState, isWanted: boolean): History {
  const {
    data: read,
    error,
    refetch,
  } = useQuery({
    queryKey: ["run", id, "history"],
    queryFn: ({ signal }) => readHistory(id, signal),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: isWanted,
  });
  const live = state.events;
  const events = useMemo(() => (read === undefined ? NOTHING : joined(read.events, live)), [read, live]);
  const isGap = isWanted && events === null && read?.isWhole === true;
  useEffect(() => {
    if (isGap) void refetch();
  }, [isGap, refetch]);
  return useMemo(() => {
    const failure = error === null ? null : { refusal: refusalFrom(error), retry: () => void refetch() };
    if (read === undefined) return { events: NOTHING, isWhole: false, failure };
    return { events: events ?? read.events, isWhole: read.isWhole && events !== null, failure };
  }, [read, events, error, refetch]);
}

const NOTHING: readonly EventView[] = [];

async function readHistory(id: string, signal: AbortSignal): Promise<Omit<History, "failure">> {
  const events: EventView[] = [];
  let after: string | null = null;
  while (events.length < HISTORY_MAX) {
    const query: { limit: string; after?: string } = {
      limit: String(PAGE),
      ...(after === null ? {} : { after }),
    };
    const page: { items: EventView[]; next_cursor: string | null } = await data(
      api.GET("/runs/{ref}/events", { signal, params: { path: { ref: id }, query } }),
    );
    events.push(...page.items);
    after = page.next_cursor;
    if (after === null) return { events, isWhole: true };
  }
  return { events, isWhole: false };
}

/** The history with the live events behind it; null: something is missing between them. */
export function joined(read: readonly EventView[], live: readonly EventView[]): readonly EventView[] | null {
  const last = read.at(-1)?.seq ?? 0;
  const fresh = live.filter(({ seq }) => seq > last);
  const [first] = fresh;
  if (first === undefined) return read;
  return first.seq === last + 1 ? [...read, ...fresh] : null;
}
