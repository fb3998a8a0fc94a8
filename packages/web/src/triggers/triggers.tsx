import "./triggers.css";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { api, data, type Schemas } from "../api/client.ts";
import { given } from "../api/queries.ts";
import { refusalFrom } from "../api/refusal.ts";
import { useAddress } from "../app/address.ts";
import { useRowKeys } from "../app/row-keys.ts";
import { Screen } from "../app/screen.tsx";
import { useSteady } from "../app/steady.ts";
import {
  Ago,
  Answer,
  Button,
  Empty,
  exact,
  Failure,
  relative,
  SkeletonRows,
  StatusLabel,
  toast,
  useNow,
  useTitle,
} from "../design/index.ts";
import { answerOf, deliveryText, missedText, momentText, restingText } from "./words.ts";

type Trigger = Schemas["Trigger"];
/** All that one request gives, and so many of them as rows at first. */
const PAGE = 500;
const ROWS = 100;

function triggersQuery(cursor: string | undefined) {
  return queryOptions({
    queryKey: ["triggers", "list", cursor ?? ""],
    queryFn: ({ signal }) =>
      data(api.GET("/triggers", { signal, params: { query: given({ limit: PAGE, cursor }) } })),
  });
}

/** What starts runs by itself: when next, what it did last, and its pause. */
export function Triggers() {
  useTitle("Triggers");
  const { search, set } = useAddress();
  const now = useNow();
  const query = useQuery(triggersQuery(search["cursor"]));
  const items = query.data?.items ?? [];
  const next = query.data?.next_cursor ?? null;
  return (
    <Screen crumbs={[{ name: "Triggers" }]}>
      {query.data !== undefined && (
        <Answer>{answerOf(items, (at) => relative(Date.parse(at), now), next !== null)}</Answer>
      )}
      {query.error !== null && query.data === undefined && (
        <>
          <Answer>What starts by itself cannot be told.</Answer>
          <Failure
            what="The triggers cannot be read."
            refusal={refusalFrom(query.error)}
            unaffected="Schedules go on firing."
            retry={() => void query.refetch()}
          />
        </>
      )}
      {query.isPending && (
        <>
          <h1 className="vh">Triggers</h1>
          <SkeletonRows rows={6} label="Triggers" />
        </>
      )}
      {query.data !== undefined && items.length === 0 && <NoTriggers />}
      {items.length > 0 && <TriggerTable triggers={items} />}
      {next !== null && (
        <div className="btns table-foot">
          <Button size="small" onClick={() => set({ cursor: next })}>
            Later ones
          </Button>
        </div>
      )}
      {items.length > 0 && (
        <p className="small soft trigger-foot">
          A pause is the pipeline's: all of its triggers rest. A trigger is changed where it stands, in the
          pipeline's definition.
        </p>
      )}
    </Screen>
  );
}

function NoTriggers() {
  return (
    <Empty title="No pipeline has a trigger">
      <p className="mid">
        A trigger stands in the workflow's file, or in the <code>gaia.yaml</code> beside a program, and is
        armed as soon as the file is saved or the program built: a schedule, the end of another pipeline's
        run, a webhook, or a commit.
      </p>
      <pre className="code" tabIndex={0} aria-label="Triggers in a workflow file">
        {`triggers:\n  - cron: "30 6 * * 1-5"\n    timezone: Europe/Berlin\n  - pipeline: build\n  - webhook: { name: push, secret: PUSH_KEY }`}
      </pre>
      <Link className="btn" to="/pipelines">
        Choose a pipeline to edit
      </Link>
    </Empty>
  );
}

function TriggerTable({ triggers }: { readonly triggers: readonly Trigger[] }) {
  const { rows, hold } = useSteady(triggers, ({ id }) => id);
  const [shown, setShown] = useState(ROWS);
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  return (
    <>
      <div className="scroll-x trigger-box" tabIndex={0} role="region" aria-label="Triggers, table" {...hold}>
        <table className="trigger-table">
          <caption className="vh">Triggers, soonest first</caption>
          <thead>
            <tr>
              <th scope="col">Pipeline</th>
              <th scope="col">When</th>
              <th scope="col">Next times</th>
              <th scope="col">Last run</th>
              <th scope="col">
                <span className="vh">Pause</span>
              </th>
            </tr>
          </thead>
          <tbody ref={body}>
            {rows.slice(0, shown).map((trigger) => (
              <TriggerRow key={trigger.id} trigger={trigger} />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > shown && (
        <div className="btns table-foot">
          <Button size="small" onClick={() => setShown(shown + ROWS)}>
            {rows.length - shown} more
          </Button>
        </div>
      )}
    </>
  );
}

function TriggerRow({ trigger }: { readonly trigger: Trigger }) {
  const { pipeline, text, schedule, missed, last_run, last_delivery, status_problem: problem } = trigger;
  const delivered = last_delivery === null ? "" : deliveryText(last_delivery);
  return (
    <tr>
      <th scope="row">
        <Link to="/pipelines/$pipeline" params={{ pipeline }} data-row>
          <b>{pipeline}</b>
        </Link>
      </th>
      <td>
        {text}
        {schedule !== null && (
          <div className="small soft">
            <code>{schedule}</code>
            {missed === null ? "" : `, ${missedText(missed)}`}
          </div>
        )}
      </td>
      <td>
        <NextTimes trigger={trigger} />
      </td>
      <td>
        {last_run === null ? (
          <span className="soft">no run yet</span>
        ) : (
          <>
            <span className="trigger-run">
              <StatusLabel status={last_run.status} />
              <Link className="link" to="/runs/$run" params={{ run: last_run.id }}>
                #{last_run.number}
                <span className="vh"> of {pipeline}</span>
              </Link>
            </span>
            <div className="small soft">
              <Ago at={last_run.created_at} />
            </div>
          </>
        )}
        {last_delivery !== null && delivered !== "" && (
          <div className="small soft">
            <Ago at={last_delivery.at} />: {delivered}
          </div>
        )}
        {problem !== null && (
          <div className="small soft">
            <Ago at={problem.at} />: the forge could not be told of a run: {problem.message}
          </div>
        )}
      </td>
      <td className="num">
        <Pause trigger={trigger} />
      </td>
    </tr>
  );
}

function NextTimes({ trigger }: { readonly trigger: Trigger }) {
  const now = useNow();
  const resting = restingText(trigger);
  const [next, ...later] = trigger.next;
  if (resting !== "") return <span className="mid small">{resting}</span>;
  if (next === undefined) return <span className="soft small">whenever that happens</span>;
  return (
    <div className="trigger-next">
      <span>
        <time dateTime={next} title={exact(Date.parse(next))}>
          {momentText(Date.parse(next), now)}
        </time>{" "}
        <span className="soft">{relative(Date.parse(next), now)}</span>
      </span>
      {later.length > 0 && (
        <span className="small soft">
          then{" "}
          {later.slice(0, 3).map((at, index) => (
            <span key={at}>
              {index > 0 ? ", " : ""}
              <time dateTime={at} title={exact(Date.parse(at))}>
                {momentText(Date.parse(at), Date.parse(next))}
              </time>
            </span>
          ))}
        </span>
      )}
    </div>
  );
}

/** A pause is the pipeline's: all of its triggers rest. */
function Pause({ trigger }: { readonly trigger: Trigger }) {
  const { pipeline, paused } = trigger;
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: () => {
      const call = { params: { path: { id: pipeline } } };
      return data<unknown>(
        paused ? api.POST("/workflows/{id}/resume", call) : api.POST("/workflows/{id}/pause", call),
      );
    },
    onSuccess: () => toast(paused ? `${pipeline} starts by itself again.` : `${pipeline} is paused.`),
    onSettled: () => {
      for (const key of ["triggers", "pipelines", "overview"])
        void queries.invalidateQueries({ queryKey: [key] });
    },
  });
  return (
    <>
      <Button
        size="small"
        icon={paused ? "start" : "pause"}
        busy={change.isPending}
        onClick={() => change.mutate()}
      >
        {paused ? "Resume" : "Pause"}
        <span className="vh"> {pipeline}</span>
      </Button>
      {change.error !== null && (
        <Failure what={`${pipeline} is as it was.`} refusal={refusalFrom(change.error)} />
      )}
    </>
  );
}
