import type { ReactNode } from "react";
import type { JobDetail, JobView } from "../../api/client.ts";
import { bytes, spoken } from "../../design/index.ts";
import type { RunState } from "../run-state.ts";
import { ownerOf } from "../graph/model.ts";

const SHOWN = 12;

/** What it needs and runs, with what, where; secrets are masked by the server. */
export function JobFacts({
  state,
  job,
  detail,
  select,
}: {
  readonly state: RunState;
  readonly job: JobView;
  readonly detail: JobDetail | undefined;
  readonly select: (job: string) => void;
}) {
  const needs = job.group === null ? job.dependencies : [job.group];
  const needed = state.jobs.shape.dependants.get(ownerOf(job.key, state.jobs)) ?? [];
  const outputs = Object.entries(job.outputs);
  const environment = Object.entries(detail?.environment ?? {});
  return (
    <>
      {outputs.length > 0 && (
        <section>
          <h3>Outputs</h3>
          <dl className="kv">
            {outputs.map(([name, value]) => (
              <Fact key={name} name={name} mono>
                {typeof value === "string" ? value : JSON.stringify(value)}
              </Fact>
            ))}
          </dl>
        </section>
      )}
      <section>
        <h3>Facts</h3>
        <dl className="kv">
          {needs.length > 0 && (
            <Fact name={job.group === null ? "Needs" : "Part of"}>
              <Names names={needs} select={select} />
            </Fact>
          )}
          {needed.length > 0 && (
            <Fact name="Needed by">
              <Names names={needed} select={select} />
            </Fact>
          )}
          {detail?.condition != null && (
            <Fact name="Only when" mono>
              {detail.condition}
            </Fact>
          )}
          {detail?.command != null && (
            <Fact name="Command">
              {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling area takes focus */}
              <pre className="code command" tabIndex={0}>
                {detail.command.trimEnd()}
              </pre>
            </Fact>
          )}
          {environment.length > 0 && (
            <Fact name="Environment" mono>
              {environment.map(([name, value]) => (
                <div key={name}>
                  {name}=<span className="soft">{value}</span>
                </div>
              ))}
            </Fact>
          )}
          {detail?.work_dir != null && (
            <Fact name="Folder" mono>
              {detail.work_dir}
            </Fact>
          )}
          {detail?.worker != null && <Fact name="Worker">{detail.worker}</Fact>}
          <Usage detail={detail} />
          {detail?.stop_means != null && (
            <Fact name="Stops by">{STOPS[detail.stop_means] ?? detail.stop_means}</Fact>
          )}
          {job.survivors.length > 0 && <Fact name="Still there">pids {job.survivors.join(", ")}</Fact>}
          <Fact name="Key" mono>
            {job.key}
          </Fact>
        </dl>
      </section>
    </>
  );
}

const STOPS: Readonly<Record<string, string>> = {
  cgroup: "its control group, wholly",
  subreaper: "its process tree, as found by the launcher",
  group: "its process group",
};

/** Of the last attempt, as far as the worker measured it. */
function Usage({ detail }: { readonly detail: JobDetail | undefined }) {
  const usage = detail?.attempts.at(-1)?.usage;
  const figure = (name: string): number | null => {
    if (typeof usage !== "object" || usage === null) return null;
    const value: unknown = Reflect.get(usage, name);
    return typeof value === "number" ? value : null;
  };
  const memory = figure("max_rss_bytes");
  const user = figure("user_ms");
  const system = figure("system_ms");
  return (
    <>
      {memory !== null && <Fact name="Memory">{bytes(memory)} at most</Fact>}
      {user !== null && system !== null && <Fact name="Processor">{spoken(user + system)}</Fact>}
    </>
  );
}

function Names({
  names,
  select,
}: {
  readonly names: readonly string[];
  readonly select: (job: string) => void;
}) {
  const more = names.length - SHOWN;
  return (
    <span className="names">
      {names.slice(0, SHOWN).map((name) => (
        <button key={name} type="button" className="link" onClick={() => select(name)}>
          {name}
        </button>
      ))}
      {more > 0 && <span className="soft">and {more} more</span>}
    </span>
  );
}

function Fact({
  name,
  mono = false,
  children,
}: {
  readonly name: string;
  readonly mono?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <>
      <dt>{name}</dt>
      <dd className={mono ? "mono" : undefined}>{children}</dd>
    </>
  );
}
