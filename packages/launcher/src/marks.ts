/**
 * A mark is a number in the soft RLIMIT_LOCKS, which every process inherits and which survives setsid, `env -i` and
 * re-parenting. Linux has ignored that limit since 2.4, so its value is free. A launcher takes a random range, and
 * gives each attempt the next number of it; two launchers on a host, or one inside the other, do not meet.
 */
export const MARKS_PER_LAUNCHER = 2 ** 26;

/** True when the mark is one that this launcher gave. */
export function isMarkOf(markBase: number | null, mark: number | null): boolean {
  return markBase !== null && mark !== null && mark >= markBase && mark < markBase + MARKS_PER_LAUNCHER;
}
