import "./pipelines.css";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { inboxQuery } from "../api/queries.ts";
import { refusalFrom } from "../api/refusal.ts";
import { useAddress } from "../app/address.ts";
import { useRowKeys } from "../app/row-keys.ts";
import { Screen } from "../app/screen.tsx";
import { Answer, Button, Empty, Failure, Icon, SkeletonRows, StatusMark, useTitle } from "../design/index.ts";
import { answerParts, type FilterName, filterCounts, fits, matches, sorted } from "./list.ts";
import { type PipelineView, pipelinesQuery } from "./queries.ts";
import { PipelineRow, SortHead } from "./pipeline-row.tsx";

const NAMES: Readonly<Record<FilterName, string>> = {
  "": "All",
  working: "Working",
  person: "Needs a person",
  failed: "Failed last",
  unbuilt: "Build failed",
  paused: "Paused",
};
const MARKS = {
  "": null,
  working: "running",
  person: "waiting",
  failed: "failed",
  unbuilt: "failed",
  paused: null,
} as const;
/** So many rows at first, and more when asked: each holds a picture. */
const ROWS = 100;

/** All pipelines of every kind in one list, with their last runs. */
export function Pipelines() {
  useTitle("Pipelines");
  const query = useQuery(pipelinesQuery);
  const asking = useAsking();
  const all = query.data?.items;
  return (
    <Screen crumbs={[{ name: "Pipelines" }]}>
      <div className="head">
        <div>
          {all === undefined ? (
            <Answer>Pipelines</Answer>
          ) : all.length === 0 ? (
            <Answer>There are no pipelines yet.</Answer>
          ) : (
            <AnswerOf pipelines={all} />
          )}
          {query.data?.isWhole === false && (
            <p className="rest">There are more; the first {all?.length.toLocaleString()} are listed.</p>
          )}
        </div>
        <div className="btns">
          <Link className="btn" to="/editor">
            <Icon name="plus" />
            New workflow
          </Link>
          <Link className="btn" to="/create">
            <Icon name="branch" />
            From a repository
          </Link>
        </div>
      </div>
      {query.error !== null && (
        <Failure
          what="The pipelines cannot be read."
          refusal={refusalFrom(query.error)}
          unaffected="Their runs go on, and triggers start them."
          retry={() => void query.refetch()}
        />
      )}
      {query.isPending && <SkeletonRows rows={8} label="Pipelines" />}
      {all?.length === 0 && (
        <Empty title="Begin with the first" command="gaia workflow create hello.yaml">
          <p className="mid">
            A pipeline is a named definition: a workflow file, or a program. Write one{" "}
            <Link className="link" to="/editor">
              here in the editor
            </Link>
            , build one{" "}
            <Link className="link" to="/create">
              out of a repository
            </Link>
            , or keep a file from a terminal.
          </p>
        </Empty>
      )}
      {all !== undefined && all.length > 0 && <Listed pipelines={all} asking={asking} />}
    </Screen>
  );
}

function AnswerOf({ pipelines }: { readonly pipelines: readonly PipelineView[] }) {
  const { total, bad, rest, unbuilt } = answerParts(pipelines);
  return (
    <Answer>
      {total}{" "}
      {bad !== "" && (
        <>
          <Link to="." search={{ show: "failed" }}>
            {bad}
          </Link>{" "}
        </>
      )}
      {rest}
      {unbuilt !== "" && (
        <>
          {" "}
          <Link to="." search={{ show: "unbuilt" }}>
            {unbuilt}
          </Link>
        </>
      )}
    </Answer>
  );
}

/** Names of pipelines with a run that waits for a person; unknown until the inbox has answered. */
function useAsking(): ReadonlySet<string> {
  const { data } = useQuery(inboxQuery);
  return useMemo(() => new Set(data?.items.map(({ run }) => run.pipeline)), [data]);
}

function Listed({
  pipelines,
  asking,
}: {
  readonly pipelines: readonly PipelineView[];
  readonly asking: ReadonlySet<string>;
}) {
  const { search, set } = useAddress();
  const { q = "", sort = "name" } = search;
  const show = filterOf(search["show"]);
  const found = useMemo(
    () =>
      sorted(
        pipelines.filter((each) => fits(each, show, asking) && matches(each, q)),
        sort,
      ),
    [pipelines, show, asking, q, sort],
  );
  return (
    <>
      <div className="btns filters">
        <div className="search">
          <Icon name="find" />
          <input
            type="search"
            aria-label="Find a pipeline by name, tag, kind or state"
            placeholder="Name, tag:shop, kind:program, status:failed"
            defaultValue={q}
            onChange={(event) => set({ q: event.target.value }, { replace: true })}
          />
        </div>
        <div className="chips" role="group" aria-label="Filter">
          {filterCounts(pipelines, asking).map(({ name, count }) => (
            <button
              key={name}
              type="button"
              className="chip"
              aria-pressed={show === name}
              onClick={() => set({ show: name })}
            >
              <Mark name={name} />
              {NAMES[name]} <span className="soft">{count}</span>
            </button>
          ))}
        </div>
      </div>
      {found.length === 0 ? (
        <p className="mid">
          No pipeline is like that.{" "}
          <button type="button" className="link" onClick={() => set({ q: null, show: null })}>
            Show all pipelines
          </button>
        </p>
      ) : (
        <PipelineTable pipelines={found} asking={asking} sort={sort} onSort={(to) => set({ sort: to })} />
      )}
    </>
  );
}

function Mark({ name }: { readonly name: FilterName }) {
  const status = MARKS[name];
  if (status !== null) return <StatusMark status={status} />;
  return name === "paused" ? <Icon name="pause" /> : null;
}

function PipelineTable({
  pipelines,
  asking,
  sort,
  onSort,
}: {
  readonly pipelines: readonly PipelineView[];
  readonly asking: ReadonlySet<string>;
  readonly sort: string;
  readonly onSort: (order: string) => void;
}) {
  const [shown, setShown] = useState(ROWS);
  const body = useRef<HTMLTableSectionElement>(null);
  useListKeys(body);
  return (
    <>
      <div className="scroll-x strips" role="region" aria-label="Pipelines, table" tabIndex={0}>
        <table className="pl">
          <caption className="vh">Pipelines with their last runs</caption>
          <thead>
            <tr>
              <SortHead name="name" order={sort} onSort={onSort}>
                Pipeline
              </SortHead>
              <th scope="col">State</th>
              <th scope="col">Last runs</th>
              <SortHead name="typical" order={sort} onSort={onSort} isNumber>
                Typical
              </SortHead>
              <th scope="col" className="num">
                Ended well
              </th>
              <th scope="col" className="starts">
                Starts
              </th>
              <SortHead name="last" order={sort} onSort={onSort} isNumber>
                Last run
              </SortHead>
            </tr>
          </thead>
          <tbody ref={body}>
            {pipelines.slice(0, shown).map((pipeline) => (
              <PipelineRow key={pipeline.id} pipeline={pipeline} isAsking={asking.has(pipeline.name)} />
            ))}
          </tbody>
        </table>
      </div>
      <div className="btns table-foot">
        <p className="soft small">
          A bar's height is its run's duration against the pipeline's longest; a bar with a foot failed, a
          hollow one was cancelled.{" "}
          <span className="keys-note">
            <kbd>J</kbd> <kbd>K</kbd> move, <kbd>Enter</kbd> opens, <kbd>S</kbd> starts.
          </span>
        </p>
        {pipelines.length > shown && (
          <Button size="small" onClick={() => setShown(shown + ROWS)}>
            {pipelines.length - shown} more
          </Button>
        )}
      </div>
    </>
  );
}

/** `S` starts, `E` edits the pipeline whose row has the focus. */
function useListKeys(body: React.RefObject<HTMLTableSectionElement | null>): void {
  const navigate = useNavigate();
  const more = useMemo(
    () => ({
      s: (pipeline: string) => void navigate({ to: "/pipelines/$pipeline/start", params: { pipeline } }),
      e: (pipeline: string) => void navigate({ to: "/editor", search: { pipeline } }),
    }),
    [navigate],
  );
  useRowKeys(body, more);
}

function filterOf(text: string | undefined): FilterName {
  return Object.keys(NAMES).find((name): name is FilterName => name === text) ?? "";
}
