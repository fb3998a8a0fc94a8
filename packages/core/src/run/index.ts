/** The run machine: what each input means for a run, decided without clock, randomness or I/O. */
export { apply, countJobs, createRun, type LiveRun, restoreRun } from "./apply.ts";
export { lostResult } from "./attempt.ts";
export { attemptOfChildRun, childRunId } from "./child-run-id.ts";
export { commandsOf, dueAtOf } from "./command.ts";
export type { AttemptResult, AttemptVerdict, Growth, RunInput } from "./input.ts";
export {
  type Changes,
  EVENT_VERSION,
  type Rejection,
  REJECTIONS,
  type RunCommand,
  type RunEvent,
  type Transition,
} from "./output.ts";
export { readable, resolvePath, type Readable, scopeOf } from "./scope.ts";
export {
  type AttemptRef,
  type EndReason,
  JOB_STATUSES,
  type JobState,
  type JobStatus,
  LOGIC_VERSION,
  type MemberRange,
  type Outputs,
  type Past,
  type Reused,
  RUN_STATUSES,
  type RunHeader,
  type RunReason,
  type RunSettings,
  type RunState,
  type RunStatus,
  type StopCause,
} from "./state.ts";
export { type EndedState, type HeldState, isEnded, isHeld, isRunEnded, statusOf } from "./status.ts";
export { taskValues } from "./values.ts";
export { transition } from "./transition.ts";
