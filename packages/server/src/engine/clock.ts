/** Time as the engine knows it; the simulator has one of its own. */
export interface Clock {
  /** Milliseconds UTC; may jump. */
  now(): number;
  /** Monotonic milliseconds, for measuring. */
  elapsed(): number;
  /** Calls `action` once after so many milliseconds of elapsed time, unless it is cancelled before. */
  after(ms: number, action: () => void): Cancel;
}

export type Cancel = () => void;

/** The platform's clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, action) {
    const timeout = setTimeout(action, ms);
    timeout.unref();
    return () => clearTimeout(timeout);
  },
};

/** Resolves after so many milliseconds. */
export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}
