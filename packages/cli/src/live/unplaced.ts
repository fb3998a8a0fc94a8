import type { Why } from "@gaia/contracts/api.ts";
import type { JobChange, LiveState } from "./state.ts";

/** A worker that is only coming back, or being started, is not missed. */
const WAIT_WORTH_A_WORD_MS = 1500;
/** How the server's reason begins when nobody that is connected could take the task. */
const NOBODY = "no worker ";

/** Says once for each reason that a task waits for a worker that is not there, and what can be done. */
export class Unplaced {
  readonly #why: (run: string, key: string) => Promise<Why>;
  readonly #tell: (text: string) => void;
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #told = new Set<string>();
  #open = true;

  constructor(why: (run: string, key: string) => Promise<Why>, tell: (text: string) => void) {
    this.#why = why;
    this.#tell = tell;
  }

  update(state: LiveState, changes: readonly JobChange[]): void {
    for (const { job } of changes) {
      const waits = job.status === "queued" && job.reason.startsWith(NOBODY);
      if (!waits) {
        clearTimeout(this.#timers.get(job.number));
        this.#timers.delete(job.number);
      } else if (!this.#timers.has(job.number) && !this.#told.has(job.reason)) {
        const timer = setTimeout(() => void this.#say(state, job.number), WAIT_WORTH_A_WORD_MS);
        this.#timers.set(job.number, timer);
      }
    }
  }

  close(): void {
    this.#open = false;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  async #say(state: LiveState, number: number): Promise<void> {
    this.#timers.delete(number);
    const job = state.jobs.get(number);
    const { run } = state;
    if (run === null || job?.status !== "queued" || this.#told.has(job.reason)) return;
    this.#told.add(job.reason);
    // By its name: the commands in the answer carry what was asked for, and an id is long.
    const name = `${run.pipeline}#${run.number}`;
    const why = await this.#why(name, job.key).catch(() => null);
    if (!this.#open) return;
    const because = why?.because.at(-1) ?? job.reason;
    const remedy = because.includes("tag")
      ? "Add a worker with what it needs, or stop it"
      : "See what is missing with gaia doctor, or stop it";
    this.#tell(`No worker can take \`${job.key}\`: ${because}. The run waits. ${remedy}:  gaia stop ${name}`);
  }
}
