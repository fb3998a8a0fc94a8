import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { api, data, type RunView, type Schemas } from "../api/client.ts";
import { inboxQuery } from "../api/queries.ts";
import { refusalFrom } from "../api/refusal.ts";
import { startText } from "../app/deed.ts";
import { useSteady } from "../app/steady.ts";
import {
  Ago,
  Announcement,
  amount,
  Button,
  CoreOfCounts,
  Failure,
  Icon,
  StatusMark,
  toast,
  useNow,
} from "../design/index.ts";
import { estimateOf } from "./estimate.ts";
import { causeOf, newestOfEach, plain } from "./failures.ts";
import { SHOWN } from "./queries.ts";

const FAILED_SHOWN = 5;

type InboxItem = Schemas["InboxItem"];

/** What waits for a person, the longest first. */
export function NeedsRows({ items }: { readonly items: readonly InboxItem[] }) {
  const { rows, hold } = useSteady(items, ({ id }) => id);
  if (items.length === 0) return <p className="quiet">Nothing waits for you.</p>;
  return (
    <>
      <ul className="rows" {...hold}>
        {rows.slice(0, SHOWN).map((item) => (
          <NeedRow key={item.id} item={item} />
        ))}
      </ul>
      {rows.length > SHOWN && (
        <p className="small soft more-line">
          <Link className="link" to="/inbox">
            {amount(rows.length - SHOWN, "more question")}
          </Link>
        </p>
      )}
    </>
  );
}

function NeedRow({ item: { id, question, description, run, task, asked_at } }: { readonly item: InboxItem }) {
  return (
    <li className="row need-row">
      <span className="need-icon">
        <Icon name="person" />
      </span>
      <div className="need-text">
        <div className="t clamped" title={question}>
          <Link to="/inbox" search={{ item: id }}>
            {question}
          </Link>
        </div>
        <div className="small mid clamped">
          {description === "" ? `${run.pipeline} #${run.number} › ${task.name}` : description}
        </div>
        <div className="small soft">
          asked <Ago at={asked_at} />
        </div>
      </div>
      <div className="btns">
        <Link className="btn small" to="/inbox" search={{ item: id }}>
          Look and decide<span className="vh"> {question}</span>
        </Link>
      </div>
    </li>
  );
}

/** Runs that are live: what they do, and when they may be through. */
export function WorkingRows({
  runs,
  typical,
}: {
  readonly runs: readonly RunView[];
  readonly typical: ReadonlyMap<string, number | null>;
}) {
  const inbox = useQuery(inboxQuery).data?.items ?? [];
  const asking = new Set(inbox.map(({ run }) => run.id));
  const { rows, fresh, hold } = useSteady(runs, ({ id }) => id);
  const shown = rows.slice(0, SHOWN);
  return (
    <>
      <Announcement text={fresh === 0 ? "" : amount(fresh, "new run")} />
      {shown.length === 0 ? (
        <p className="quiet">No run is live.</p>
      ) : (
        <ul className="rows" {...hold}>
          {shown.map((run) => (
            <WorkingRow
              key={run.id}
              run={run}
              asksPerson={asking.has(run.id)}
              typicalMs={typical.get(run.pipeline) ?? null}
            />
          ))}
        </ul>
      )}
      {(rows.length > SHOWN || fresh > 0) && (
        <p className="small soft more-line">
          {rows.length > SHOWN && (
            <Link className="link" to="/runs" search={{ status: "pending,running,stopping" }}>
              {amount(rows.length - SHOWN, "more run")}
            </Link>
          )}
          {fresh > 0 && <span> {amount(fresh, "new run")}</span>}
        </p>
      )}
    </>
  );
}

function WorkingRow({
  run,
  asksPerson,
  typicalMs,
}: {
  readonly run: RunView;
  readonly asksPerson: boolean;
  readonly typicalMs: number | null;
}) {
  const now = useNow();
  const name = `${run.pipeline} #${run.number}`;
  const estimate = estimateOf(run, typicalMs, asksPerson, now);
  const { completed, failed, total } = run.progress;
  const done = `${completed + failed} of ${amount(total, "job")} done`;
  const doing = asksPerson ? `${done}, waits for approval` : run.reason === "" ? done : plain(run.reason);
  return (
    <li className="row run-row">
      <div className="clip">
        <div className="t clip">
          <StatusMark status={run.status} alone />{" "}
          <Link to="/runs/$run" params={{ run: run.id }}>
            {run.pipeline} <span className="soft">#{run.number}</span>
          </Link>
        </div>
        <div className="soft small clip under">
          {startText(run)} <Ago at={run.created_at} />
        </div>
      </div>
      <div className="clip">
        <CoreOfCounts counts={run.counts} label={name} />
        <div className="small mid clip core-text">{doing}</div>
      </div>
      <div className="num">
        <div>{estimate.text}</div>
        <div className="soft small">{estimate.note}</div>
      </div>
    </li>
  );
}

/** What failed in the last day: where, why, and once more. */
export function FailedRows({
  runs,
  inARow,
}: {
  readonly runs: readonly RunView[];
  readonly inARow: ReadonlyMap<string, string>;
}) {
  const { rows, hold } = useSteady(newestOfEach(runs).slice(0, FAILED_SHOWN), ({ id }) => id);
  if (runs.length === 0) return <p className="quiet">Nothing failed in the last 24 h.</p>;
  return (
    <ul className="rows" {...hold}>
      {rows.map((run) => (
        <FailedRow key={run.id} run={run} note={inARow.get(run.pipeline) ?? ""} />
      ))}
    </ul>
  );
}

function FailedRow({ run, note }: { readonly run: RunView; readonly note: string }) {
  const { where, cause } = causeOf(plain(run.reason));
  return (
    <li className="row failed-row">
      <div className="t clip">
        <StatusMark status="failed" alone />{" "}
        <Link to="/runs/$run" params={{ run: run.id }}>
          {run.pipeline} <span className="soft">#{run.number}</span>
        </Link>
        <span className="soft failed-where">
          {where === "" ? "" : ` in ${where}`}
          {note === "" ? "" : ` · ${note}`}
        </span>
      </div>
      <div className="soft small num">
        <Ago at={run.ended_at ?? run.created_at} />
      </div>
      <div className="cause under">{cause}</div>
      <div className="btns failed-btns">
        <Retry run={run} />
      </div>
    </li>
  );
}

/** Runs what did not complete again, as a new run, and goes there. */
function Retry({ run }: { readonly run: RunView }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const name = `${run.pipeline} #${run.number}`;
  const retry = useMutation({
    mutationFn: () =>
      data(api.POST("/runs/{ref}/retry", { params: { path: { ref: run.id } }, body: { failed: true } })),
    onSuccess: ({ run_id, number }) => {
      toast(`${name} is tried again as #${number}.`);
      void queries.invalidateQueries({ queryKey: ["runs"] });
      void navigate({ to: "/runs/$run", params: { run: run_id } });
    },
  });
  return (
    <>
      <Button size="small" icon="retry" busy={retry.isPending} onClick={() => retry.mutate()}>
        Retry<span className="vh"> {name}</span>
      </Button>
      {retry.error !== null && (
        <div className="failed-note">
          <Failure what={`${name} was not tried again.`} refusal={refusalFrom(retry.error)} />
        </div>
      )}
    </>
  );
}
