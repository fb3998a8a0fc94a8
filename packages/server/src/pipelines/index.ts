/** Pipelines: definitions → validated graphs. */
export { graphView } from "./graph-view.ts";
export { convertInput, type Converted, resolveInputs, type Resolved, resolveVariables } from "./inputs.ts";
export {
  parseWorkflowInline,
  parseWorkflowInline as parseWorkflow,
  type ParseOptions,
} from "./parse-workflow.ts";
export type {
  Concurrency,
  CronTrigger,
  InputDefinition,
  JobNote,
  ParsedWorkflow,
  UnsupportedTask,
  Workflow,
  WorkflowSettings,
} from "./workflow.ts";
