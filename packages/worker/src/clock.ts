/** Both clocks: `wall` for records (milliseconds UTC), `monotonic` for deadlines; it never jumps. */
export interface Clock {
  readonly wall: () => number;
  readonly monotonic: () => number;
}

export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
};
