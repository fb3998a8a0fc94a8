import { BufferPool } from "./buffer-pool.ts";
import { LogRecorder, type LogPlan } from "./recorder.ts";

/** Logs are looked at this often; an attempt that ends sooner costs nothing here. */
const POLL_MS = 100;
const BUFFERS = 4;
const BUFFER_BYTES = 256 * 1024;

/** Follows the logs of all attempts that run, one after the other. */
export class LogRecorders {
  readonly #pool = new BufferPool(BUFFERS, BUFFER_BYTES);
  readonly #now: () => number;
  readonly #warn: (error: unknown) => void;
  /** With the time of the first look, by the monotonic clock. */
  readonly #active = new Map<LogRecorder, number>();
  #timer: NodeJS.Timeout | null = null;
  #isPolling = false;

  /**
   * @param now wall clock, milliseconds
   * @param warn is told of logs that could not be read
   */
  constructor(now: () => number, warn: (error: unknown) => void) {
    this.#now = now;
    this.#warn = warn;
  }

  recorderOf(plan: LogPlan): LogRecorder {
    return new LogRecorder(plan, this.#pool, {
      now: this.#now,
      begun: (recorder) => {
        this.#active.set(recorder, performance.now() + POLL_MS);
        this.#timer ??= setInterval(() => void this.#pollAll(), POLL_MS);
      },
      ended: (recorder) => this.#active.delete(recorder),
    });
  }

  close(): void {
    this.#active.clear();
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  async #pollAll(): Promise<void> {
    if (this.#isPolling) return;
    if (this.#active.size === 0) return this.close();
    this.#isPolling = true;
    const now = performance.now();
    for (const [recorder, from] of this.#active) {
      if (from > now + 1) continue;
      await recorder.poll().catch(this.#warn);
    }
    this.#isPolling = false;
  }
}
