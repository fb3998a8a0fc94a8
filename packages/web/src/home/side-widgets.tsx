import { Link } from "@tanstack/react-router";
import type { Schemas, SystemView } from "../api/client.ts";
import { type Deed, deedPieces, initials } from "../app/deed.ts";
import { checksOf } from "../app/health.ts";
import { Ago, exact, Icon, Logo, relative, useNow } from "../design/index.ts";
import { pipelinePath } from "./sentence.ts";

type Trigger = Schemas["Trigger"];
const NEXT_SHOWN = 6;
const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export interface NextStart {
  readonly pipeline: string;
  readonly at: string;
}

/** The next starts of all schedules, soonest first. */
export function nextStarts(triggers: readonly Trigger[], now: number): readonly NextStart[] {
  return triggers
    .filter(({ paused }) => !paused)
    .flatMap(({ pipeline, next }) => next.map((at) => ({ pipeline, at })))
    .filter(({ at }) => Date.parse(at) > now)
    .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

export function NextRows({ triggers }: { readonly triggers: readonly Trigger[] }) {
  const now = useNow();
  // Each pipeline once: one that starts every minute would be all there is.
  const seen = new Set<string>();
  const next = nextStarts(triggers, now).filter(({ pipeline }) => !seen.has(pipeline) && seen.add(pipeline));
  if (next.length === 0) return <p className="quiet">No schedule is going to start a run.</p>;
  return (
    <ul className="rows">
      {next.slice(0, NEXT_SHOWN).map(({ pipeline, at }) => (
        <li className="row next-row" key={pipeline}>
          <time className="mono soft" dateTime={at} title={exact(Date.parse(at))}>
            {TIME.format(Date.parse(at))}
          </time>
          <Link className="clip" to={pipelinePath(pipeline)}>
            {pipeline}
          </Link>
          <span className="soft small">{relative(Date.parse(at), now)}</span>
        </li>
      ))}
    </ul>
  );
}

export function HealthRows({ system }: { readonly system: SystemView }) {
  const now = useNow(60_000);
  return (
    <ul className="rows">
      {checksOf(system, now).map(({ name, isWell, text }) => (
        <li className="row health-row" key={name}>
          <span className={isWell ? "well" : "unwell"}>
            <Icon name={isWell ? "check" : "warning"} />
          </span>
          <span>
            {name}
            <span className="vh">{isWell ? " is well:" : " wants attention:"}</span>
          </span>
          <span className="mid small num clip" title={text}>
            {text}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function LatelyRows({ deeds }: { readonly deeds: readonly Deed[] }) {
  if (deeds.length === 0) return <p className="quiet">Nobody has done anything yet.</p>;
  return (
    <ul className="rows">
      {deeds.map((deed) => (
        <li className="row lately-row" key={deed.cursor}>
          <span className="who" aria-hidden="true">
            {initials(deed.actor) === "" ? <Logo size={14} /> : initials(deed.actor)}
          </span>
          <span className="small mid lately-text">
            {deedPieces(deed).map(({ text, to }) =>
              to === undefined ? (
                text
              ) : (
                <Link key={to} to={to}>
                  {text}
                </Link>
              ),
            )}
          </span>
          <span className="soft small">
            <Ago at={deed.at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
