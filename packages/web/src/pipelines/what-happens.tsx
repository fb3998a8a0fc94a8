import { CopyButton } from "../design/copy-button.tsx";
import { layersOf, spoken, Strata } from "../design/index.ts";
import type { PipelineDetail } from "./queries.ts";
import { UsedSecrets } from "./used-secrets.tsx";
import { commandOf, type FormValues } from "./start-form.ts";

/** Beside the form: what a start sets in motion, when, and the same as a command. */
export function WhatHappens({
  pipeline,
  values,
  priority,
}: {
  readonly pipeline: PipelineDetail;
  readonly values: FormValues;
  readonly priority: number;
}) {
  const { nodes } = pipeline.graph;
  const { concurrency, live_runs: live } = pipeline;
  const command = commandOf(pipeline, pipeline.inputs, values, priority);
  return (
    <aside className="aside" aria-label="What will happen">
      <h2>What will happen</h2>
      <p className="mid">{planText(pipeline)}</p>
      <Strata nodes={nodes} />
      <dl className="kv">
        {concurrency !== null && (
          <>
            <dt>Starts</dt>
            <dd>
              {live === 0
                ? `at once, unless another run holds its group (${concurrency.group})`
                : concurrency.on_conflict === "cancel"
                  ? `at once, and ends the run that holds its group (${concurrency.group})`
                  : `when its group (${concurrency.group}) is free: ${live === 1 ? "1 run is" : `${live} runs are`} live`}
            </dd>
          </>
        )}
        <dt>Version</dt>
        <dd>{pipeline.version}</dd>
      </dl>
      <UsedSecrets pipeline={pipeline} />
      <div className="h-row command-head">
        <h3>The same in a terminal</h3>
        <CopyButton text={command} />
      </div>
      <pre className="code wrap" tabIndex={0} aria-label="Command">
        {command}
      </pre>
    </aside>
  );
}

function planText(pipeline: PipelineDetail): string {
  const { nodes } = pipeline.graph;
  const isGrowing = nodes.some(({ kind, members }) => kind === "group" && members === null);
  const jobs = nodes.reduce((sum, { members }) => sum + (members ?? 1), 0);
  const layers = layersOf(nodes).length;
  const { typical_ms: typical } = pipeline.figures;
  const asks = nodes.filter(({ kind }) => kind === "approval").map(({ name }) => name);
  return [
    `${isGrowing ? "At least " : ""}${jobs === 1 ? "1 job" : `${jobs} jobs`} in ${layers === 1 ? "1 layer" : `${layers} layers`}${typical === null ? "; no estimate yet." : `, about ${spoken(typical)}.`}`,
    asks.length === 0 ? "" : `It asks a person (${asks.join(", ")}).`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}
