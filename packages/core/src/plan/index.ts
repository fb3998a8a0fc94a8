export { Planner, type PlannedWorker, type QueueEntry, type Assignment, AGEING_MS } from "./planner.ts";
