import type { JobView } from "@gaia/contracts";
import type { Situation } from "../situation.ts";
import { jobView } from "../views/job-view.ts";
import type { RunSnapshot } from "../views/snapshot.ts";

/** So many jobs are watched per stream; a screen shows fewer. */
const WATCHED = 500;

/** The reasons that a client was told of jobs whose reasons depend on what is outside of their run. */
export class Reasons {
  readonly #told = new Map<number, string>();

  get isEmpty(): boolean {
    return this.#told.size === 0;
  }

  sent(job: JobView): void {
    const isWatched = job.kind === "task" && (job.status === "queued" || job.status === "running");
    if (!isWatched) this.#told.delete(job.number);
    else if (this.#told.has(job.number) || this.#told.size < WATCHED) this.#told.set(job.number, job.reason);
  }

  /** Jobs whose reason is another one now. */
  changed(run: RunSnapshot, situation: Situation): readonly JobView[] {
    const views = Array.from(this.#told.keys(), (number) => jobView(run, number, situation));
    return views.filter((view) => view.reason !== this.#told.get(view.number));
  }
}
