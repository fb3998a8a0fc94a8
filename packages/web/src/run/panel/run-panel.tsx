import { Link } from "@tanstack/react-router";
import { exact, Moment } from "../../design/index.ts";
import type { RunState } from "../run-state.ts";
import { CommitStatus } from "./commit-status.tsx";
import { NeedsLook } from "./needs-look.tsx";

/** Beside the graph while no job is selected: what needs a look, what the run was given, what it gives back, where it comes from. */
export function RunPanel({
  id,
  state,
  select,
}: {
  readonly id: string;
  readonly state: RunState;
  readonly select: (job: string) => void;
}) {
  const { run } = state;
  if (run === null) return null;
  return (
    <aside className="panel run-panel" aria-labelledby="run-panel-h" tabIndex={0}>
      <section>
        <h2 id="run-panel-h">The run</h2>
        <p className="mid">Select a job to see what it does, what it printed and what can be done.</p>
      </section>
      <NeedsLook id={id} state={state} select={select} />
      <CommitStatus run={run} />
      <Values title="Inputs" values={run.inputs} />
      <Values title="Outputs" values={run.outputs} />
      <section>
        <h3>Facts</h3>
        <dl className="kv">
          <dt>Created</dt>
          <dd>
            <Moment at={run.created_at} text={exact(Date.parse(run.created_at))} />
          </dd>
          <dt>By</dt>
          <dd>
            {run.actor.id}, over {run.actor.via}
          </dd>
          {run.retry_of !== null && <Origin name="Repeats" id={run.retry_of} />}
          {run.parent_run !== null && <Origin name="Started by" id={run.parent_run} />}
          <dt>Id</dt>
          <dd className="mono">{run.id}</dd>
          <dt>Trace</dt>
          <dd className="mono">{run.trace_id}</dd>
        </dl>
      </section>
    </aside>
  );
}

function Origin({ name, id }: { readonly name: string; readonly id: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <Link className="link mono" to="/runs/$run" params={{ run: id }} search={{}}>
          {id}
        </Link>
      </dd>
    </>
  );
}

function Values({
  title,
  values,
}: {
  readonly title: string;
  readonly values: Readonly<Record<string, unknown>>;
}) {
  const entries = Object.entries(values);
  if (entries.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <dl className="kv">
        {entries.map(([name, value]) => (
          <div className="kv-pair" key={name}>
            <dt>{name}</dt>
            <dd className="mono">{typeof value === "string" ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
