import "./inbox.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import type { Schemas } from "../api/client.ts";
import { inboxQuery } from "../api/queries.ts";
import { refusalFrom } from "../api/refusal.ts";
import { useAddress } from "../app/address.ts";
import { commentOf, type Deed, lowerWho, runOf } from "../app/deed.ts";
import { useScreenKeys } from "../app/keys.ts";
import { Screen } from "../app/screen.tsx";
import { useSteady } from "../app/steady.ts";
import {
  Ago,
  amount,
  Announcement,
  Answer,
  Empty,
  Failure,
  first,
  Icon,
  numberWordFirst,
  SkeletonRows,
  useNarrow,
  useTitle,
} from "../design/index.ts";
import { Decided } from "./decided.tsx";
import { Detail } from "./detail.tsx";
import { decidedQuery } from "./queries.ts";

type InboxItem = Schemas["InboxItem"];
const DECIDED_SHOWN = 8;

/** What waits for a person: a list, and beside it what is asked, what follows, and the decision. */
export function Inbox() {
  const query = useQuery(inboxQuery);
  const { search, set } = useAddress();
  const isNarrow = useNarrow();
  const items = query.data?.items ?? [];
  const { rows, fresh, hold } = useSteady(items, ({ id }) => id);
  const chosen = search["item"];
  const item = items.find(({ id }) => id === chosen);
  const isMore = (query.data?.next_cursor ?? null) !== null;
  useTitle(items.length === 0 ? "Inbox" : `Inbox (${items.length}${isMore ? "+" : ""})`);
  const firstId = items[0]?.id;
  // The address holds what is shown: another question never slips under the hand of who decides.
  useEffect(() => {
    if (!isNarrow && chosen === undefined && firstId !== undefined) set({ item: firstId }, { replace: true });
  }, [isNarrow, chosen, firstId, set]);
  useMoves(rows, chosen, (id) => set({ item: id }, { replace: true }));
  const isDetail = chosen !== undefined;
  return (
    <Screen
      fixed
      crumbs={
        isDetail && item !== undefined
          ? [{ name: "Inbox", to: "/inbox" }, { name: first(item.kind) }]
          : [{ name: "Inbox" }]
      }
    >
      <Announcement text={fresh === 0 ? "" : amount(fresh, "new question")} />
      <div className="in" data-shown={isDetail ? "detail" : "list"}>
        <nav className="in-list" aria-label="Open questions">
          {(!isDetail || !isNarrow) && (
            <List query={query} rows={rows} chosen={chosen} hold={hold} fresh={fresh} />
          )}
        </nav>
        <article className="in-detail" tabIndex={0} aria-labelledby="asked">
          {item !== undefined && <Detail key={item.id} item={item} />}
          {item === undefined && chosen !== undefined && query.data !== undefined && (
            <Decided key={chosen} item={chosen} next={firstId} />
          )}
          {chosen === undefined && query.data !== undefined && items.length === 0 && <NothingWaits />}
          {chosen === undefined && items.length > 0 && (
            <h1 id="asked">{waitingText(items.length, isMore)}</h1>
          )}
          {query.data === undefined &&
            (query.error === null ? (
              <h1 id="asked" className="vh">
                Inbox
              </h1>
            ) : (
              <h1 id="asked">What waits for you cannot be told.</h1>
            ))}
        </article>
      </div>
    </Screen>
  );
}

function List({
  query,
  rows,
  chosen,
  hold,
  fresh,
}: {
  readonly query: {
    readonly isPending: boolean;
    readonly error: unknown;
    readonly data: unknown;
    readonly refetch: () => unknown;
  };
  readonly rows: readonly InboxItem[];
  readonly chosen: string | undefined;
  readonly hold: object;
  readonly fresh: number;
}) {
  return (
    <>
      {query.error !== null && query.data === undefined && (
        <Failure
          what="The inbox cannot be read."
          refusal={refusalFrom(query.error)}
          unaffected="What waits goes on waiting."
          retry={() => void query.refetch()}
        />
      )}
      {query.isPending && <SkeletonRows rows={4} label="Inbox" />}
      {query.data !== undefined && (
        <>
          <h2 className={rows.length === 0 ? "hide-narrow" : ""}>Yours to answer</h2>
          {rows.length === 0 && <p className="in-none hide-narrow">Nothing waits for you.</p>}
          <ul {...hold}>
            {rows.map((item) => (
              <li key={item.id}>
                <Row item={item} isChosen={item.id === chosen} />
              </li>
            ))}
          </ul>
          {fresh > 0 && <p className="in-none">{amount(fresh, "new question")}, shown in a moment.</p>}
          <DecidedLately open={rows.map(({ id }) => id)} />
        </>
      )}
    </>
  );
}

function Row({ item, isChosen }: { readonly item: InboxItem; readonly isChosen: boolean }) {
  return (
    <Link to="/inbox" search={{ item: item.id }} aria-current={isChosen ? "page" : undefined}>
      <Icon name="person" />
      <span className="t clamped" title={item.question}>
        {item.question}
      </span>
      <span className="soft small">
        <Ago at={item.asked_at} />
      </span>
      <p>
        {item.run.pipeline} #{item.run.number} · {item.kind}
        {item.due_at !== null && (
          <>
            {" "}
            · due <Ago at={item.due_at} />
          </>
        )}
      </p>
    </Link>
  );
}

/** What was answered, and by whom. */
function DecidedLately({ open }: { readonly open: readonly string[] }) {
  const decided = useQuery(decidedQuery(open)).data ?? [];
  if (decided.length === 0) return null;
  return (
    <>
      <h2>Decided lately</h2>
      <ul>
        {decided.slice(0, DECIDED_SHOWN).map((deed) => (
          <li key={deed.cursor}>
            <DecidedRow deed={deed} />
          </li>
        ))}
      </ul>
    </>
  );
}

function DecidedRow({ deed }: { readonly deed: Deed }) {
  const isYes = deed.kind === "job.approved";
  const body = deed.body as { readonly number?: number; readonly task?: string } | undefined;
  const comment = commentOf(deed);
  return (
    <Link to="/runs/$run" params={{ run: runOf(deed) }}>
      <Icon name={isYes ? "check" : "close"} className="done" />
      <span className="t">
        {deed.subject} #{body?.number ?? "?"} › {body?.task ?? ""}
      </span>
      <span className="soft small">
        <Ago at={deed.at} />
      </span>
      <p>
        {isYes ? "Approved" : "Rejected"} by {lowerWho(deed.actor)}
        {comment === "" ? "" : `: “${comment}”`}
      </p>
    </Link>
  );
}

function NothingWaits() {
  return (
    <>
      <Answer>
        <span id="asked">Nothing waits for you.</span>
      </Answer>
      <Empty title="When something does">
        <p className="mid">
          A task of type <code>approval</code> asks a person before the run goes on. The question appears
          here, and no process runs meanwhile.
        </p>
        <pre className="code" tabIndex={0} aria-label="An approval in a workflow file">
          {`- id: approve\n  type: approval\n  prompt: Deploy to production?\n  timeout: 24h`}
        </pre>
      </Empty>
    </>
  );
}

function waitingText(count: number, isMore: boolean): string {
  if (isMore) return `More than ${count} questions wait for you. The oldest are listed.`;
  return `${numberWordFirst(count)} ${count === 1 ? "question waits" : "questions wait"} for you.`;
}

/** `J` and `K` go through the questions, `Enter` opens the one that is reached. */
function useMoves(rows: readonly InboxItem[], chosen: string | undefined, show: (id: string) => void): void {
  const keys = useMemo(() => {
    const at = rows.findIndex(({ id }) => id === chosen);
    const go = (index: number): void => {
      const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
      if (row !== undefined) show(row.id);
    };
    return {
      j: () => go(at + 1),
      k: () => go(at < 0 ? rows.length - 1 : at - 1),
    };
  }, [rows, chosen, show]);
  useScreenKeys(keys);
}
