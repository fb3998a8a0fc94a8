import { createHash } from "node:crypto";
import type { Workflow } from "./workflow.ts";

/** The definition of a pipeline whose program was not built yet. Its first version takes this one's place. */
export const UNBUILT_DEFINITION = '{"kind":"program","program":null}';

export const UNBUILT_HASH = createHash("sha256").update(UNBUILT_DEFINITION).digest("hex");

/** Without jobs, so that it can be shown; nothing starts it. */
export function unbuiltProgram(name: string): Workflow {
  return {
    name,
    description: "",
    version: "",
    inputs: [],
    variables: {},
    jobs: [],
    notes: [],
    settings: { timeoutMs: null, failFast: false, outputs: {} },
    concurrency: null,
    triggers: [],
    labels: {},
    tags: [],
    unsupported: [],
    definition: UNBUILT_DEFINITION,
    hash: UNBUILT_HASH,
    hasTree: false,
  };
}
