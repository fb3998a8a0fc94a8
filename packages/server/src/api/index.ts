/** API: REST and event streams over the socket of the same user and over TCP. */
export { createApi } from "./api.ts";
export { executionCopyOf, hasReadableJobs } from "./views/execution-copy.ts";
export { outcomeText } from "./views/outcome-text.ts";
export type {
  Api,
  ApiDeps,
  ApiSettings,
  DescribedWorkflow,
  Phase,
  TcpAddress,
  WorkerDirectory,
} from "./port.ts";
