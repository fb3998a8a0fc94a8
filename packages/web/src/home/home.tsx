import "./home.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { inboxQuery, systemQuery } from "../api/queries.ts";
import { refusalFrom } from "../api/refusal.ts";
import { checksOf, troublesOf } from "../app/health.ts";
import { usePreferences } from "../app/preferences.ts";
import { Screen } from "../app/screen.tsx";
import {
  Announcement,
  Answer,
  Empty,
  Failure,
  IconButton,
  relative,
  SkeletonRows,
  StatusMark,
  useNow,
  useTitle,
} from "../design/index.ts";
import { ArrangeBar, WidgetTools } from "./arrange.tsx";
import { shownWidgets, type Widget } from "./arrangement.ts";
import { Horizon } from "./horizon.tsx";
import { overviewQuery, triggersQuery } from "./queries.ts";
import { answerPieces, type Facts, type Piece, restPieces } from "./sentence.ts";
import { nextStarts } from "./side-widgets.tsx";
import { useFailing } from "./typical.ts";
import { WidgetView } from "./widgets.tsx";

/** One glance: is anything wrong, and does anything need me? */
export function Home() {
  useTitle("Home");
  const overview = useQuery(overviewQuery);
  const system = useQuery(systemQuery);
  return (
    <Screen crumbs={[{ name: "Home" }]}>
      {overview.error !== null && overview.data === undefined && (
        <>
          <Answer>How it goes cannot be told.</Answer>
          <Failure
            what="The overview cannot be read."
            refusal={refusalFrom(overview.error)}
            unaffected="What runs goes on."
            retry={() => void overview.refetch()}
          />
        </>
      )}
      {overview.isPending && (
        <>
          <h1 className="vh">Home</h1>
          <SkeletonRows rows={6} label="Home" />
        </>
      )}
      {overview.data !== undefined &&
        (system.data?.database.runs === 0 && isIdle(overview.data.live) ? <FirstUse /> : <Overview />)}
    </Screen>
  );
}

function isIdle({ pending, running, stopping }: Facts["live"]): boolean {
  return pending + running + stopping === 0;
}

/** Nothing has ever run here. */
function FirstUse() {
  return (
    <>
      <Answer>Gaia is ready. Nothing has run yet.</Answer>
      <p className="rest">
        A run is one execution of a workflow: a YAML file with tasks. Start the first one in a terminal, and
        this page shows it while it works.
      </p>
      <Empty title="The first step" command="npx gaia run examples/hello/hello.yaml">
        <p className="mid">From a clone of the repository, an example:</p>
      </Empty>
      <p className="mid">
        Or write one here, in the{" "}
        <Link className="link" to="/editor">
          editor
        </Link>
        .
      </p>
    </>
  );
}

function Overview() {
  const { home } = usePreferences();
  const [isArranging, setArranging] = useState(false);
  const [told, tell] = useState("");
  const facts = useFacts();
  const overview = useQuery(overviewQuery).data;
  const shown = shownWidgets(home);
  const column = (name: Widget["column"]): ReactNode =>
    shown.map(
      (widget) =>
        widget.column === name && (
          <WidgetView
            key={widget.id}
            widget={widget}
            tools={isArranging ? <WidgetTools widget={widget} shown={shown} onMoved={tell} /> : null}
          />
        ),
    );
  return (
    <>
      <div className="home-head">
        <div>
          <Answer>
            <AnswerMark facts={facts} />
            <Sentence pieces={answerPieces(facts)} />
          </Answer>
          <RestLine facts={facts} />
        </div>
        <IconButton
          icon="settings"
          label="Arrange this page"
          pressed={isArranging}
          onClick={() => setArranging(!isArranging)}
        />
      </div>
      <Announcement text={told} />
      {isArranging && <ArrangeBar chosen={home} onDone={() => setArranging(false)} />}
      {overview !== undefined && <Horizon overview={overview} />}
      <div className="cols">
        <div className="stack">{column("main")}</div>
        <div className="stack">{column("side")}</div>
      </div>
    </>
  );
}

function AnswerMark({ facts }: { readonly facts: Facts }) {
  const status =
    facts.waiting > 0
      ? "waiting"
      : facts.failing.length > 0
        ? "failed"
        : facts.troubles.length > 0
          ? "waiting"
          : "completed";
  return (
    <>
      <StatusMark status={status} />{" "}
    </>
  );
}

function RestLine({ facts }: { readonly facts: Facts }) {
  const now = useNow();
  const triggers = useQuery(triggersQuery).data;
  if (triggers === undefined) return null;
  const [next] = nextStarts(triggers.items, now);
  return (
    <p className="rest">
      <Sentence
        pieces={restPieces(
          facts,
          next === undefined ? null : { pipeline: next.pipeline, inText: relative(Date.parse(next.at), now) },
        )}
        link="link"
      />
    </p>
  );
}

function Sentence({ pieces, link }: { readonly pieces: readonly Piece[]; readonly link?: string }) {
  return pieces.map(({ text, to }) =>
    to === undefined ? (
      text
    ) : (
      <Link key={`${to}${text}`} to={to} className={link}>
        {text}
      </Link>
    ),
  );
}

/** What the sentences are made of. */
function useFacts(): Facts {
  const overview = useQuery(overviewQuery).data;
  const inbox = useQuery(inboxQuery).data;
  const system = useQuery(systemQuery).data;
  const now = useNow(60_000);
  const failing = useFailing();
  const isWhole = inbox?.next_cursor === null;
  return {
    waiting: (isWhole ? inbox.items.length : overview?.waiting_for_person) ?? 0,
    failing,
    troubles: system === undefined ? [] : troublesOf(checksOf(system, now)),
    live: overview?.live ?? { pending: 0, running: 0, stopping: 0 },
  };
}
