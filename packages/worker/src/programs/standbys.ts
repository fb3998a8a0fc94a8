import { LIMITS } from "@gaia/contracts";
import type { Logger } from "pino";
import type { ProgramWish, RunProcess } from "./run-process.ts";

interface Standby {
  readonly key: string;
  readonly process: Promise<RunProcess | null>;
  readonly timer: NodeJS.Timeout;
}

/** Processes that are started ahead, one for each program that was used lately, so that the next run need not wait. */
export class Standbys {
  readonly #open: (wish: ProgramWish) => Promise<RunProcess>;
  readonly #log: Logger;
  /** The oldest first. */
  #kept: Standby[] = [];
  #isClosed = false;

  constructor(open: (wish: ProgramWish) => Promise<RunProcess>, log: Logger) {
    this.#open = open;
    this.#log = log;
  }

  /** One that is ready, or nearly so; null: there is none. */
  async take(wish: ProgramWish): Promise<RunProcess | null> {
    const key = keyOf(wish);
    const standby = this.#kept.find((kept) => kept.key === key);
    if (standby === undefined) return null;
    this.#forget(standby);
    const process = await standby.process;
    if (process?.isOver !== true) return process;
    await process.close();
    return null;
  }

  /** Starts one, unless there is one. */
  prepare(wish: ProgramWish): void {
    const key = keyOf(wish);
    if (this.#isClosed || this.#kept.some((kept) => kept.key === key)) return;
    const process = this.#open(wish).catch((reason: unknown) => {
      this.#log.warn(
        { err: reason, build: wish.build },
        "a process could not be started ahead for a program",
      );
      return null;
    });
    const standby = { key, process, timer: setTimeout(() => this.#end(standby), LIMITS.programStandbyMs) };
    standby.timer.unref();
    this.#kept.push(standby);
    const [oldest] = this.#kept;
    if (this.#kept.length > LIMITS.programStandbys && oldest !== undefined) this.#end(oldest);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const kept = this.#kept;
    for (const standby of kept) this.#forget(standby);
    await Promise.all(kept.map(async ({ process }) => (await process)?.close()));
  }

  #end(standby: Standby): void {
    this.#forget(standby);
    void standby.process.then((process) => process?.close());
  }

  #forget(standby: Standby): void {
    clearTimeout(standby.timer);
    this.#kept = this.#kept.filter((kept) => kept !== standby);
  }
}

function keyOf({ build, command, environment }: ProgramWish): string {
  return JSON.stringify([
    build,
    command,
    Object.keys(environment)
      .toSorted()
      .map((name) => [name, environment[name]]),
  ]);
}
