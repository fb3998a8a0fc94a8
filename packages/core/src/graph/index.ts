export {
  ancestorsFrom,
  appendJobs,
  type Graph,
  graphOf,
  type GrowingGraph,
  joinersAbove,
  type Lineage,
  pushTo,
  waitsOf,
} from "./graph.ts";
export { itemAt } from "./item-at.ts";
export {
  DEFAULT_GRACE_MS,
  DEFAULT_PRIORITY,
  type Group,
  type GroupItem,
  type Job,
  type JobFragment,
  type JobPolicy,
  type JobWork,
  NO_RESOURCES,
  type Resources,
  secretsOfWork,
  type SharedProcess,
  type Task,
} from "./job.ts";
export { dependencyKey, type GraphProblem, graphProblems, type Node } from "./validate.ts";
