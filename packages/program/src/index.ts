export { temporaryAuthority } from "./certificates/authority.ts";
export { openProgram } from "./open-program.ts";
export type * from "./port.ts";
export { PROGRAM_ERRORS, ProgramError, type ProgramErrorCode } from "./program-error.ts";
export { type ChildProgram, startChildProcess } from "./start/child-process.ts";
export { PARALLEL_CALLS } from "./start/parallel-calls.ts";
export * from "./verify/index.ts";
