import "./system.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { SystemView } from "../api/client.ts";
import { systemQuery } from "../api/queries.ts";
import { refusalFrom } from "../api/refusal.ts";
import { checksOf, NEARLY_FULL, remediesOf } from "../app/health.ts";
import { Screen } from "../app/screen.tsx";
import {
  Answer,
  bytes,
  exact,
  Failure,
  Icon,
  MarkedWords,
  SectionHead,
  SkeletonRows,
  spoken,
  useNow,
  useTitle,
} from "../design/index.ts";
import { answerOf, restOf } from "./answer.ts";
import { Database } from "./database.tsx";
import { type Limit, limitName, limitsOf, limitValue, shareOf } from "./limits.ts";
import { readinessQuery, settingsQuery } from "./queries.ts";
import { Workers } from "./workers.tsx";

/** The server itself: workers, limits, retention, database, checks. */
export function System() {
  useTitle("System");
  const query = useQuery(systemQuery);
  return (
    <Screen crumbs={[{ name: "System" }]}>
      {query.data === undefined && query.error !== null && (
        <>
          <Answer>The server's state cannot be told.</Answer>
          <Failure
            what="The system cannot be read."
            refusal={refusalFrom(query.error)}
            unaffected="What runs goes on."
            retry={() => void query.refetch()}
          />
        </>
      )}
      {query.isPending && (
        <>
          <h1 className="vh">System</h1>
          <SkeletonRows rows={6} label="System" />
        </>
      )}
      {query.data !== undefined && <Parts system={query.data} />}
    </Screen>
  );
}

function Parts({ system }: { readonly system: SystemView }) {
  const now = useNow(60_000);
  const readiness = useQuery(readinessQuery).data;
  const settings = useQuery(settingsQuery).data;
  const answer = answerOf(checksOf(system, now), readiness);
  return (
    <>
      <Answer>
        {answer !== "Everything is well." && (
          <span className="warn">
            <Icon name="warning" />{" "}
          </span>
        )}
        {answer}
      </Answer>
      {remediesOf(system).map((remedy) => (
        <p className="rest" key={remedy}>
          <MarkedWords text={remedy} />
        </p>
      ))}
      <p className="rest">{restOf(system)}</p>
      <div className="cols">
        <div className="stack">
          <Workers workers={system.workers} />
          <Limits limits={limitsOf(system, settings)} all={system.limits} />
          <Retention />
        </div>
        <div className="stack">
          <ThisServer system={system} />
          <Database database={system.database} />
          <Checks system={system} />
        </div>
      </div>
    </>
  );
}

function Limits({ limits, all }: { readonly limits: readonly Limit[]; readonly all: SystemView["limits"] }) {
  return (
    <section aria-labelledby="limits-title">
      <SectionHead id="limits-title" title="Limits" note="what is used of what is allowed" />
      <ul className="rows">
        {limits.map((limit) => (
          <LimitRow key={limit.name} limit={limit} />
        ))}
      </ul>
      <details className="all-limits">
        <summary>All {Object.keys(all).length} fixed limits</summary>
        <dl className="kv">
          {Object.entries(all).map(([key, value]) => (
            <LimitFact key={key} name={key} value={value} />
          ))}
        </dl>
      </details>
    </section>
  );
}

function LimitRow({ limit }: { readonly limit: Limit }) {
  const share = shareOf(limit);
  // Busy slots are work, not trouble.
  const isNear = share >= NEARLY_FULL && limit.name !== "Slots";
  return (
    <li className="row limit-row">
      <span>{limit.name}</span>
      <span className={`bar${isNear ? " near" : ""}`} role="img" aria-label={`${limit.name}: ${limit.text}`}>
        {limit.used > 0 && <i style={{ width: `${share * 100}%` }} />}
      </span>
      <span className={`small num ${isNear ? "limit-near" : "mid"}`}>{limit.text}</span>
    </li>
  );
}

function LimitFact({ name, value }: { readonly name: string; readonly value: number }) {
  return (
    <>
      <dt>{limitName(name)}</dt>
      <dd>{limitValue(name, value)}</dd>
    </>
  );
}

/** What is kept, and which key of the configuration says so. */
function Retention() {
  const query = useQuery(settingsQuery);
  const rules = query.data?.items.filter(({ key }) => key.startsWith("retention.")) ?? [];
  return (
    <section aria-labelledby="retention-title">
      <SectionHead id="retention-title" title="Retention" note="what is kept of runs that have ended">
        <Link to="/settings">Change</Link>
      </SectionHead>
      {query.isPending && <SkeletonRows rows={4} label="Retention" />}
      {query.error !== null && query.data === undefined && (
        <Failure what="The rules cannot be read." refusal={refusalFrom(query.error)} />
      )}
      {rules.length > 0 && (
        <ul className="rows">
          {rules.map(({ key, value, unit, description }) => (
            <li className="row rule-row" key={key}>
              <span>
                <MarkedWords text={description} /> <code className="soft">{key}</code>
              </span>
              <span className="num nowrap">{ruleValue(value, unit)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function ruleValue(value: string, unit: string): string {
  if (/^\d+$/.test(value)) return limitValue(unit, Number(value)) + (unit === "bytes" ? "" : ` ${unit}`);
  return value.replaceAll('"', "");
}

function ThisServer({ system }: { readonly system: SystemView }) {
  const now = useNow();
  const startedAt = Date.parse(system.started_at);
  return (
    <section aria-labelledby="server-title">
      <SectionHead id="server-title" title="This server" />
      <dl className="kv sys-kv">
        <dt>Version</dt>
        <dd>{system.version}</dd>
        <dt>Up</dt>
        <dd>
          {spoken(Math.max(0, now - startedAt))}, since{" "}
          <time dateTime={system.started_at}>{exact(startedAt)}</time>
        </dd>
        <dt>Address</dt>
        <dd className="mono">{system.address?.replace(/^https?:\/\//, "") ?? "its socket only"}</dd>
        <dt>Namespace</dt>
        <dd>{system.namespace}</dd>
        <dt>Home</dt>
        <dd className="mono">{system.home}</dd>
        <dt>Process</dt>
        <dd>
          {system.pid}, Node {system.node.replace(/^v/, "")}
        </dd>
        <dt>Memory</dt>
        <dd>{bytes(system.process.memory_bytes)}</dd>
        <dt>Event loop, p99</dt>
        <dd title="How late it came to what was due in the last one to two minutes">
          {spoken(system.process.event_loop_p99_ms)} late
        </dd>
      </dl>
    </section>
  );
}

function Checks({ system }: { readonly system: SystemView }) {
  const now = useNow(60_000);
  const query = useQuery(readinessQuery);
  const ready = (query.data?.checks ?? []).map(({ name, ok, message }) => ({
    name: `${name.charAt(0).toUpperCase()}${name.slice(1)} takes work`,
    isWell: ok,
    text: message === "" ? (ok ? "yes" : "no") : message,
  }));
  const own = checksOf(system, now).filter(({ name }) => name !== "Server");
  return (
    <section aria-labelledby="checks-title">
      <SectionHead id="checks-title" title="Checks">
        <button type="button" className="text" onClick={() => void query.refetch()}>
          Run again
        </button>
      </SectionHead>
      {query.error !== null && query.data === undefined && (
        <p className="sys-quiet">Whether the server takes work cannot be told: {query.error.message}</p>
      )}
      <ul className="sys-checks">
        {[...ready, ...own].map(({ name, isWell, text }) => (
          <li key={name}>
            <span className={isWell ? "sys-well" : "sys-unwell"}>
              <Icon name={isWell ? "check" : "warning"} />
            </span>
            <span>{name}</span>
            <span className="small soft num">{text}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
