export { AGEING_MS, type QueueEntry } from "./lane.ts";
export { type Assignment, type PlannedWorker, Planner } from "./planner.ts";
