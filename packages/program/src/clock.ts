import type { ProgramClock } from "./port.ts";

/** The machine's time. Its timers keep no process alive. */
export const systemClock: ProgramClock = {
  after(ms, call) {
    const timer = setTimeout(call, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
