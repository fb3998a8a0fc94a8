import { useDeferredValue, useMemo } from "react";
import type { EventView, JobView, RunView } from "../../api/client.ts";
import { firstAfter, historyOf } from "./history.ts";
import { jobsAt, runAt } from "./views.ts";
import { useWorkerNames } from "./worker-names.ts";

/** A run as screens take it, of the present or of the past. */
export interface ShownRun<R extends RunView> {
  readonly run: R;
  readonly jobs: readonly JobView[];
  /** Up to the moment that is shown. */
  readonly events: readonly EventView[];
  /** When it was (milliseconds since 1970), for `StandstillContext`. Null: this is the present. */
  readonly now: number | null;
}

/**
 * The run right after its event number `at`, in the shape of the present; null, or what is not known yet: the present.
 *
 * @param events all of the run, the first one first
 */
export function useMoment<R extends RunView>(
  run: R,
  jobs: readonly JobView[],
  events: readonly EventView[],
  at: number | null,
): ShownRun<R> {
  // The slider moves with the hand; graph and timeline follow as fast as they can be drawn.
  const shownAt = useDeferredValue(at);
  const nameOf = useWorkerNames(at !== null);
  return useMemo(() => {
    const history = historyOf(events);
    if (shownAt === null || shownAt < 1 || shownAt > history.last) return { run, jobs, events, now: null };
    const moment = {
      facts: history.at(shownAt),
      now: history.timeOf(shownAt),
      nameOf,
    };
    const then = jobsAt(jobs, moment);
    return {
      run: runAt(run, then, moment),
      jobs: then,
      events: events.slice(0, firstAfter(events, shownAt)),
      now: moment.now,
    };
  }, [run, jobs, events, shownAt, nameOf]);
}
