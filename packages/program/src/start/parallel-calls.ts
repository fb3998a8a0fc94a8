import type { ProgramLanguage } from "../port.ts";

/** How many jobs of one process may be called at once; null: as many as there are. */
export interface ParallelCalls {
  readonly most: number | null;
  readonly reason: string;
}

const A_THREAD_EACH = "each call has a thread of its own";

/** Measured with 48 calls at once, and by the defaults of the SDKs' servers. */
export const PARALLEL_CALLS: Readonly<Record<ProgramLanguage, ParallelCalls>> = {
  golang: { most: null, reason: "each call has a goroutine of its own" },
  cpp: { most: null, reason: A_THREAD_EACH },
  java: { most: null, reason: A_THREAD_EACH },
  python: { most: 20, reason: "the SDK's server has 20 threads; more calls wait in it" },
  ruby: { most: 20, reason: "a server has 30 threads and refuses more calls; 20 leaves room" },
  nodejs: { most: 1, reason: "jobs are synchronous: one holds up all others" },
};
