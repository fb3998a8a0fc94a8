/** Pipelines: definitions → validated graphs. */
export { type DefinitionChange, readDefinition, watchDefinitions } from "./definitions.ts";
export { type FolderWatch, watchFolder, type WatchOptions } from "./folder-watch.ts";
export { graphView } from "./graph-view.ts";
export { type GrowthOptions, type ParsedGrowth, parseGrowth } from "./growth.ts";
export { convertInput, type Converted, resolveInputs, type Resolved, resolveVariables } from "./inputs.ts";
export { parseWorkflowInline, type ParseOptions } from "./parse-workflow.ts";
export { parseProgramGrowth } from "./program-growth.ts";
export { buildIdOf, isUnbuilt, parseProgram, programText } from "./program.ts";
export { CHECKOUT_TASK, type CheckoutTools } from "./checkout.ts";
export { type DeliveredFacts, type GitFacts, renderTriggerInputs } from "./trigger-inputs.ts";
export { UNBUILT_DEFINITION, UNBUILT_HASH, unbuiltProgram } from "./unbuilt.ts";
export { parseWorkflow, WorkflowParser, type WorkflowParserOptions } from "./workflow-parser.ts";
export type {
  Concurrency,
  CronTrigger,
  ForgeEventKind,
  GitTrigger,
  InputDefinition,
  JobNote,
  ParsedWorkflow,
  PipelineTrigger,
  Trigger,
  WebhookTrigger,
  UnsupportedTask,
  Workflow,
  WorkflowSettings,
} from "./workflow.ts";
