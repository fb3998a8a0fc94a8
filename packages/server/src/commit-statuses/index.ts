/** Commit statuses: what runs on commits come to goes back to the forges. */
export { CommitStatuses, type CommitStatusesOptions } from "./commit-statuses.ts";
export { readTarget } from "./target.ts";
