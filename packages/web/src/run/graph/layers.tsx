import { memo, type ReactNode } from "react";
import type { JobView } from "../../api/client.ts";
import type { GraphLayout } from "../../design/graph/layout.ts";
import { Button, StatusMark, timeOfDay, useNow } from "../../design/index.ts";
import type { Jobs } from "../jobs.ts";
import { factOf, memberLabel, ticks } from "../words.ts";
import { bandTimes } from "./bands.ts";

/** The graph as a list: the same jobs and facts, layer by layer. For narrow screens, and for who would rather read. */
export function Layers({
  jobs,
  layout,
  open,
  typical,
  selected,
  select,
  toggle,
  showGraph,
}: {
  readonly jobs: Jobs;
  readonly layout: GraphLayout;
  readonly open: ReadonlySet<string>;
  readonly typical: ReadonlyMap<string, number>;
  readonly selected: string | null;
  readonly select: (job: string) => void;
  readonly toggle: (group: string) => void;
  /** Null: there is no room for the graph. */
  readonly showGraph: (() => void) | null;
}) {
  const now = useNow(15_000);
  const times = bandTimes(layout.bands, jobs, typical, now);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling area takes focus
    <div className="canvas listed" role="region" aria-label="Jobs by layer" tabIndex={0}>
      {showGraph !== null && (
        <div className="btns layers-tools">
          <Button size="small" icon="pipelines" onClick={showGraph}>
            Show as a graph
          </Button>
        </div>
      )}
      <ol className="layers shown">
        {layout.bands.map((band, at) => {
          const time = times[at] ?? null;
          return (
            <li key={band.y}>
              <div className="mono soft layer-time">
                {time === null ? `Layer ${at + 1}` : `${time.isExpected ? "≈ " : ""}${timeOfDay(time.at)}`}
              </div>
              <ul>
                {band.keys
                  .flatMap((key) => jobs.get(key) ?? [])
                  .map((job) => (
                    <Row
                      key={job.key}
                      job={job}
                      members={(jobs.shape.members.get(job.key) ?? []).flatMap(
                        (number) => jobs.list[number] ?? [],
                      )}
                      isOpen={open.has(job.key)}
                      typicalMs={typical.get(job.key) ?? null}
                      selected={selected}
                      select={select}
                      toggle={toggle}
                    />
                  ))}
              </ul>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function Row({
  job,
  members,
  isOpen,
  typicalMs,
  selected,
  select,
  toggle,
}: {
  readonly job: JobView;
  readonly members: readonly JobView[];
  readonly isOpen: boolean;
  readonly typicalMs: number | null;
  readonly selected: string | null;
  readonly select: (job: string) => void;
  readonly toggle: (group: string) => void;
}) {
  return (
    <li>
      <Line job={job} typicalMs={typicalMs} isSelected={selected === job.key} select={select}>
        {job.name}
        {members.length > 0 && <span className="soft"> ×{members.length}</span>}
      </Line>
      {members.length > 0 && (
        <button
          type="button"
          className="link small layer-more"
          aria-expanded={isOpen}
          onClick={() => toggle(job.key)}
        >
          {isOpen ? "Hide its jobs" : "Show its jobs"}
        </button>
      )}
      {isOpen && (
        <ul className="layer-members">
          {members.map((member) => (
            <li key={member.key}>
              <Line job={member} typicalMs={null} isSelected={selected === member.key} select={select}>
                {memberLabel(member)}
              </Line>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function Line({
  job,
  typicalMs,
  isSelected,
  select,
  children,
}: {
  readonly job: JobView;
  readonly typicalMs: number | null;
  readonly isSelected: boolean;
  readonly select: (job: string) => void;
  readonly children: ReactNode;
}) {
  return (
    <button
      type="button"
      className="layer-row"
      aria-current={isSelected ? "true" : undefined}
      onClick={() => select(job.key)}
    >
      <StatusMark status={job.status} alone />
      <span className="clip">
        <b>{children}</b>
      </span>
      <span className="small soft clip">
        {ticks(job) ? <Ticking job={job} typicalMs={typicalMs} /> : factOf(job, 0, typicalMs)}
      </span>
    </button>
  );
}

const Ticking = memo(function Ticking({
  job,
  typicalMs,
}: {
  readonly job: JobView;
  readonly typicalMs: number | null;
}) {
  return factOf(job, useNow(), typicalMs);
});
