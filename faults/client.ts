import { setTimeout as pause } from "node:timers/promises";
import { errorFrom } from "@gaia/contracts";
import type { Random } from "../simulation/random.ts";
import type { SystemUnderTest } from "./system.ts";
import { pickWorkload, type Workload } from "./workload.ts";

/** A run that the server acknowledged. */
export interface AcknowledgedRun {
  readonly id: string;
  readonly key: string;
  readonly workload: Workload;
  /** A stop of it was acknowledged. */
  isStopped: boolean;
}

/** More live runs than this are not started: the machine is to be busy, not buried. */
const LIVE_MAX = 8;
const ASK_AGAIN_MS = 30;
/** A hung server is not waited for: the same question is asked again. */
const PATIENCE_MS = 4_000;

/** Starts and stops runs as long as it is let, with idempotency keys, asking again after every error. */
export class FaultyTimesClient {
  readonly runs: AcknowledgedRun[] = [];
  /** Promises that the server broke in its answers. */
  readonly broken: string[] = [];
  readonly #system: SystemUnderTest;
  readonly #random: Random;
  readonly #workloads: readonly Workload[];
  #isEnding = false;
  #asked = 0;
  askedAgain = 0;

  constructor(system: SystemUnderTest, workloads: readonly Workload[], random: Random) {
    this.#system = system;
    this.#workloads = workloads;
    this.#random = random;
  }

  /** Workflows that others run must be known first. */
  async prepare(): Promise<void> {
    for (const { definition } of this.#workloads.filter((workload) => workload.isChild)) {
      await this.#system.client.createWorkflow({ definition });
    }
  }

  async run(): Promise<void> {
    const stops: Promise<void>[] = [];
    while (!this.#isEnding) {
      if (!(await this.#hasRoom())) {
        await pause(ASK_AGAIN_MS);
        continue;
      }
      const run = await this.#start(pickWorkload(this.#random, this.#workloads));
      if (this.#random.chance(0.15)) stops.push(this.#stopLater(run, this.#random.between(0, 2_000)));
    }
    await Promise.all(stops);
  }

  /** Ends the starting of runs. */
  end(): void {
    this.#isEnding = true;
  }

  async #hasRoom(): Promise<boolean> {
    try {
      return (await this.#system.client.system()).live_runs < LIVE_MAX;
    } catch {
      return false;
    }
  }

  async #start(workload: Workload): Promise<AcknowledgedRun> {
    this.#asked += 1;
    const key = `faults-${this.#asked}`;
    const ask = async (): Promise<string> =>
      (await this.#system.client.startDefinition({ definition: workload.definition }, key)).run_id;
    const run = { id: await this.#insist(ask), key, workload, isStopped: false };
    this.runs.push(run);
    if (this.#random.chance(0.2)) {
      const again = await this.#insist(ask);
      if (again !== run.id) this.broken.push(`the key ${key} started ${run.id} and ${again}`);
    }
    return run;
  }

  async #stopLater(run: AcknowledgedRun, afterMs: number): Promise<void> {
    await pause(afterMs);
    const force = this.#random.chance(0.3);
    const comment = "stopped by the faults";
    await this.#insist(async () => {
      try {
        await this.#system.client.stop(run.id, { comment, force });
        run.isStopped = true;
      } catch (caught) {
        // It has ended, or the stop that was not heard of had been accepted.
        if (errorFrom(caught).code !== "conflict") throw caught;
        run.isStopped = true;
      }
    });
  }

  /** Asks until there is an answer. What no fault explains is a broken promise. */
  async #insist<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      const gaveUp = new AbortController();
      try {
        const late = pause(PATIENCE_MS, null, { signal: gaveUp.signal });
        const answer = await Promise.race([ask().then((value) => ({ value })), late]);
        if (answer !== null) return answer.value;
      } catch (caught) {
        const error = errorFrom(caught);
        if (!["unavailable", "timeout", "queue_full"].includes(error.code)) {
          this.broken.push(`the server refused a request: ${error.code}: ${error.message}`);
          throw error;
        }
      } finally {
        gaveUp.abort();
      }
      this.askedAgain += 1;
      await pause(ASK_AGAIN_MS);
    }
  }
}
