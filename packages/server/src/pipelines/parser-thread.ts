import { parentPort, workerData } from "node:worker_threads";
import { parseWorkflowInline } from "./parse-workflow.ts";
import type { ParseRequest } from "./workflow-parser.ts";

/** The thread of `WorkflowParser`: parses one text, answers, ends. */
const { text, options } = workerData as ParseRequest;
parentPort?.postMessage(parseWorkflowInline(text, options));
