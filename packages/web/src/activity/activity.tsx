import "./activity.css";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useId, useState } from "react";
import { api, data } from "../api/client.ts";
import { given } from "../api/queries.ts";
import { refusalFrom } from "../api/refusal.ts";
import { useAddress } from "../app/address.ts";
import { commentOf, type Deed, deedPieces, groupOf, initials } from "../app/deed.ts";
import { Screen } from "../app/screen.tsx";
import {
  Announcement,
  amount,
  Answer,
  Button,
  Empty,
  exact,
  Failure,
  Logo,
  SkeletonRows,
  useNow,
  useTitle,
} from "../design/index.ts";
import { type Day, daysOf, dayText, todayText } from "./days.ts";

const PAGE = 100;
const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const KINDS = [
  { group: "", name: "All" },
  { group: "run", name: "Runs" },
  { group: "job", name: "Decisions" },
  { group: "pipeline", name: "Pipelines" },
  { group: "secret", name: "Secrets" },
  { group: "database", name: "Database" },
  { group: "server", name: "Server" },
] as const;

interface Filters {
  readonly actor: string | undefined;
  readonly pipeline: string | undefined;
  readonly cursor: string | undefined;
}

function activityQuery(filters: Filters) {
  return queryOptions({
    queryKey: ["activity", "page", filters],
    queryFn: ({ signal }) =>
      data(api.GET("/activity", { signal, params: { query: given({ ...filters, limit: PAGE }) } })),
    placeholderData: keepPreviousData,
  });
}

/** Who did what, by day. */
export function Activity() {
  useTitle("Activity");
  const { search, set } = useAddress();
  const { actor, pipeline, cursor, kind = "" } = search;
  const now = useNow(60_000);
  const query = useQuery(activityQuery({ actor, pipeline, cursor }));
  const isFiltered = (actor ?? "") !== "" || (pipeline ?? "") !== "" || kind !== "" || cursor !== undefined;
  return (
    <Screen crumbs={[{ name: "Activity" }]}>
      <div className="act-page">
        <Answer>
          {isFiltered || query.data === undefined
            ? "Who did what"
            : todayText(
                query.data.items.map(({ at }) => Date.parse(at)),
                now,
                query.data.next_cursor !== null,
              )}
        </Answer>
        <FilterBar kind={kind} actor={actor ?? ""} pipeline={pipeline ?? ""} set={set} />
        {query.error !== null && query.data === undefined && (
          <Failure
            what="The activity cannot be read."
            refusal={refusalFrom(query.error)}
            unaffected="What is done goes on being written down."
            retry={() => void query.refetch()}
          />
        )}
        {query.isPending && <SkeletonRows rows={8} label="Activity" />}
        {query.data !== undefined && (
          <Entries
            key={`${actor}${pipeline}${cursor}${kind}`}
            deeds={query.data.items.filter((deed) => kind === "" || groupOf(deed.kind) === kind)}
            isFiltered={isFiltered}
            next={query.data.next_cursor}
            set={set}
          />
        )}
      </div>
    </Screen>
  );
}

type SetAddress = ReturnType<typeof useAddress>["set"];

function FilterBar({
  kind,
  actor,
  pipeline,
  set,
}: {
  readonly kind: string;
  readonly actor: string;
  readonly pipeline: string;
  readonly set: SetAddress;
}) {
  return (
    <div className="btns filters act-filters">
      <Field
        label="Who"
        value={actor}
        placeholder="such as local"
        onChange={(text) => set({ actor: text, cursor: null }, { replace: true })}
      />
      <Field
        label="Pipeline"
        value={pipeline}
        placeholder="its whole name"
        onChange={(text) => set({ pipeline: text, cursor: null }, { replace: true })}
      />
      <div className="chips" role="group" aria-label="Kind">
        {KINDS.map(({ group, name }) => (
          <button
            key={group}
            type="button"
            className="chip"
            aria-pressed={kind === group}
            onClick={() => set({ kind: group })}
          >
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}

function Field({
  label,
  value,
  placeholder,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly onChange: (text: string) => void;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="search"
        value={value}
        placeholder={placeholder}
        onChange={(event) => onChange(event.target.value.trim())}
      />
    </div>
  );
}

/** What is there stays where it is; what was done since is announced. */
function Entries({
  deeds,
  isFiltered,
  next,
  set,
}: {
  readonly deeds: readonly Deed[];
  readonly isFiltered: boolean;
  readonly next: string | null;
  readonly set: SetAddress;
}) {
  const now = useNow(60_000);
  const [newest, setNewest] = useState<string | null>(null);
  const first = deeds[0]?.at ?? null;
  if (newest === null && first !== null) setNewest(first);
  const shown = newest === null ? deeds : deeds.filter(({ at }) => at <= newest);
  const fresh = deeds.length - shown.length;
  return (
    <>
      <Announcement text={fresh === 0 ? "" : amount(fresh, "new entry", "new entries")} />
      {fresh > 0 && (
        <div className="btns">
          <Button size="small" onClick={() => setNewest(first)}>
            {amount(fresh, "new entry", "new entries")}
          </Button>
        </div>
      )}
      {deeds.length === 0 && <Nothing isFiltered={isFiltered} hasMore={next !== null} />}
      {daysOf(shown).map((day) => (
        <DaySection key={day.key} day={day} now={now} />
      ))}
      <div className="btns table-foot">
        {isFiltered && (
          <Button size="small" onClick={() => set({ cursor: null, actor: null, pipeline: null, kind: null })}>
            The newest of all
          </Button>
        )}
        {next !== null && (
          <Button size="small" onClick={() => set({ cursor: next })}>
            Earlier
          </Button>
        )}
      </div>
    </>
  );
}

function Nothing({ isFiltered, hasMore }: { readonly isFiltered: boolean; readonly hasMore: boolean }) {
  if (isFiltered)
    return (
      <p className="mid">{hasMore ? "Nothing of that kind is on this page." : "Nothing is like that."}</p>
    );
  return (
    <Empty title="Nobody has done anything yet" command="gaia run hello.yaml">
      <p className="mid">Starts, stops, decisions and changes of pipelines are written down here.</p>
    </Empty>
  );
}

function DaySection({ day, now }: { readonly day: Day<Deed>; readonly now: number }) {
  return (
    <section className="act-day" aria-labelledby={`day-${day.at}`}>
      <div className="h-row">
        <h2 id={`day-${day.at}`}>{dayText(day.at, now)}</h2>
        <span className="n">{day.entries.length}</span>
      </div>
      <ul className="rows">
        {day.entries.map((deed) => (
          <Entry key={deed.cursor} deed={deed} />
        ))}
      </ul>
    </section>
  );
}

function Entry({ deed }: { readonly deed: Deed }) {
  const at = Date.parse(deed.at);
  const letters = initials(deed.actor);
  const comment = commentOf(deed);
  return (
    <li className="row act-row">
      <time className="mono soft" dateTime={deed.at} title={exact(at)}>
        {TIME.format(at)}
      </time>
      <span className="who" aria-hidden="true">
        {letters === "" ? <Logo size={14} /> : letters}
      </span>
      <span className="act-text">
        {deedPieces(deed).map(({ text, to }) =>
          to === undefined ? (
            text
          ) : (
            <Link key={to} to={to}>
              {text}
            </Link>
          ),
        )}
        {comment !== "" && <span className="mid">: “{comment}”</span>}
      </span>
    </li>
  );
}
