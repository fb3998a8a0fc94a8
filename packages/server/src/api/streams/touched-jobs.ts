import { isEnded, type JobState } from "@gaia/core";
import type { EventRow } from "../../store/port.ts";
import { jobOfEvent } from "../views/event-view.ts";
import type { RunSnapshot } from "../views/snapshot.ts";

/** Jobs that events are about, with the groups that count them, and the jobs that were added: with their states now. */
export function touchedJobs(
  run: RunSnapshot,
  rows: readonly EventRow[],
): ReadonlyMap<number, JobState | undefined> {
  const states = new Map<number, JobState | undefined>();
  const add = (number: number): void => {
    states.set(number, run.stateOf(number));
  };
  for (const { event } of rows) {
    const number = jobOfEvent(event);
    if (number !== null) {
      add(number);
      const group = run.jobs[number]?.memberOf ?? null;
      if (group !== null && (event.kind === "job.ended" || !isEnded(run.stateOf(group)))) add(group);
    }
    if (event.kind === "graph.grown")
      for (let index = 0; index < event.jobs.length; index++) add(event.first + index);
  }
  return states;
}
