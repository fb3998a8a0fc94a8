export { openAuthority, temporaryAuthority } from "./certificates/authority.ts";
export { openProgram } from "./open-program.ts";
export type * from "./port.ts";
export { PROGRAM_ERRORS, ProgramError, type ProgramErrorCode } from "./program-error.ts";
export { type ChildProgram, startChildProcess } from "./start/child-process.ts";
export { type BuiltProgram, PARALLEL_CALLS, startCommand } from "./start/start-command.ts";
export * from "./verify/index.ts";
