import type { LogOutline } from "@gaia/contracts";
import { isEnded, statusOf } from "@gaia/core";
import type { LogOutlines } from "../../logs/index.ts";
import type { ApiContext } from "../context.ts";
import { type JobLog, jobLog } from "../job-logs.ts";
import { NOTHING_KNOWN, outlineView } from "../views/outline-view.ts";
import { type Channel, frame } from "./channel.ts";

/** So that the first lines are on the screen while the rest is read. */
const FIRST_BYTES = 262_144;
/** Read between two messages: a log of a gigabyte tells its first lines at once, and then how far it is. */
const PORTION_BYTES = 8_388_608;
/** A screen needs no more. */
const PACE_MS = 100;
const LATE_MS = 400;

export interface OutlineStreamOptions {
  readonly run: string;
  readonly job: number;
  /** Null: the newest when the stream opens. */
  readonly attempt: number | null;
}

interface Looked {
  readonly log: JobLog;
  readonly attempts: number;
  readonly status: string;
  readonly isOver: boolean;
}

/**
 * The outline of one attempt's log while it grows: `outline`, each with what is new since the one before, then `end`
 * when nothing will be added. A reader that comes back starts anew: the first message has everything.
 */
export class OutlineStream {
  readonly #context: ApiContext;
  readonly #outlines: LogOutlines;
  readonly #channel: Channel;
  readonly #options: OutlineStreamOptions;
  #attempt: number | null;
  #known = NOTHING_KNOWN;
  #last = "";
  #waitMs = PACE_MS;
  #wake: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;
  #unsubscribe: () => void = () => undefined;

  constructor(context: ApiContext, outlines: LogOutlines, channel: Channel, options: OutlineStreamOptions) {
    this.#context = context;
    this.#outlines = outlines;
    this.#channel = channel;
    this.#options = options;
    this.#attempt = options.attempt;
  }

  async open(): Promise<void> {
    const { run } = this.#options;
    this.#unsubscribe = this.#context.subscribe(this.#channel, (published) => {
      if (published.some((entry) => entry.kind === "run" && entry.run === run)) this.#soon();
    });
    this.#channel.listen({ drained: () => this.#soon(), closed: () => this.#close() });
    let isFirst = true;
    while (this.#channel.isOpen) {
      // The state is read before the log: what an ended attempt printed is all there.
      const looked = await this.#look();
      const view = await this.#view(looked, isFirst ? FIRST_BYTES : PORTION_BYTES);
      if (this.#send(view)) this.#waitMs = PACE_MS;
      isFirst = false;
      const isWhole = view.scanned_bytes >= view.size_bytes;
      if (isWhole && looked.log.isEnded && this.#hasAttempt(looked)) return this.#end(looked);
      if (isWhole || this.#channel.isBlocked) await this.#pause();
    }
  }

  /** Before the first attempt there is nothing to end, unless the job will have none. */
  #hasAttempt({ log, isOver }: Looked): boolean {
    return log.place.attempt > 0 || isOver;
  }

  #look(): Promise<Looked> {
    const { run, job } = this.#options;
    return this.#context.runById(run, (found) => {
      const state = found.stateOf(job);
      const attempts = state?.past.attempts ?? 0;
      if (this.#attempt === null && attempts > 0) this.#attempt = attempts;
      const log = jobLog(found, job, this.#attempt);
      return { log, attempts, status: statusOf(state), isOver: isEnded(state) };
    });
  }

  async #view({ log, attempts }: Looked, mostBytes: number): Promise<LogOutline> {
    const outlined = await this.#outlines.advance(log.place, mostBytes);
    const { outline } = outlined;
    const view = await outlineView(this.#context.deps.logs, log, attempts, outlined, this.#known);
    this.#known = {
      errors: outline.errors.length,
      warnings: outline.warnings.length,
      touched: outline.touched,
    };
    return view;
  }

  /** Whether there was something to tell. */
  #send(view: LogOutline): boolean {
    const text = JSON.stringify(view);
    if (text === this.#last) return false;
    this.#last = text;
    this.#channel.write([frame("outline", view, null)]);
    return true;
  }

  #end({ log, attempts, status }: Looked): void {
    this.#channel.write([frame("end", { attempt: log.place.attempt, attempts, status }, null)]);
    this.#channel.end();
  }

  #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    this.#timer = setTimeout(resolve, this.#waitMs);
    this.#timer.unref();
    this.#waitMs = Math.min(LATE_MS, this.#waitMs * 1.5);
    return promise;
  }

  #soon(): void {
    this.#waitMs = PACE_MS;
    this.#wake?.();
  }

  #close(): void {
    this.#unsubscribe();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#wake?.();
  }
}
