import { memo } from "react";
import type { JobView } from "../../api/client.ts";
import type { PlacedNode } from "../../design/graph/layout.ts";
import { StatusShape, useNow } from "../../design/index.ts";
import { factOf, jobLabel, ticks } from "../words.ts";
import { fitted } from "../../design/graph/text-width.ts";
import { shortened } from "./fact-text.ts";
import { ATTEMPT_MARKS, NAME_SIZE, TEXT_AROUND, TEXT_LEFT } from "./model.ts";
import type { Level } from "./view.ts";

export interface NodeProps {
  readonly job: JobView;
  readonly place: PlacedNode;
  readonly level: Level;
  readonly isSelected: boolean;
  readonly isDim: boolean;
  /** The one node that the Tab key stops at; arrows lead on from there. */
  readonly isCurrent: boolean;
  readonly typicalMs: number | null;
  readonly address: string;
}

/** What readers are told of a job's time is as old as this at most. */
export const LABEL_MS = 60_000;
const SHOWN_MS = 1_000;

/** A job in the graph: a link to itself. Changes in place while the job goes on. */
export const Node = memo(function Node(props: NodeProps) {
  const { job, place, level, isSelected, isDim, isCurrent, address } = props;
  const name = fitted(job.name, place.width - TEXT_AROUND - marksWidth(job), NAME_SIZE);
  // What is seen is also what is heard: where seconds are shown, the name has them.
  const now = useNow(level === "near" && ticks(job) ? SHOWN_MS : LABEL_MS);
  const fact = factOf(job, now, props.typicalMs);
  const room = place.width - TEXT_AROUND;
  const shown = shortened(job, fact, room);
  const isCut = name !== job.name || shown !== fact;
  return (
    <a
      className={`node node-${job.status}${isSelected ? " sel" : ""}${isDim ? " dim" : ""}`}
      href={address}
      data-key={job.key}
      tabIndex={isCurrent ? 0 : -1}
      aria-current={isSelected ? "true" : undefined}
      aria-label={isCut ? `${name} ${shown}, ${jobLabel(job, fact)}` : jobLabel(job, fact)}
      style={{ transform: `translate(${place.x}px, ${place.y}px)` }}
    >
      {(isCut || level === "far" || level === "dots") && (
        <title>{fact === "" ? job.name : `${job.name}: ${fact}`}</title>
      )}
      <rect className="box" width={place.width} height={place.height} rx={6} />
      {level === "dots" && isToldAfar(job) && <Mark job={job} x={place.width / 2 - 20} y={0} size={40} />}
      {level === "far" && <Mark job={job} x={place.width / 2 - 14} y={place.height / 2 - 14} size={28} />}
      {(level === "middle" || level === "near") && (
        <>
          <Mark job={job} x={9} y={12} size={16} />
          <text
            className="n-name"
            x={TEXT_LEFT}
            y={level === "near" && (ticks(job) || fact !== "") ? 17 : 24.5}
          >
            {name}
          </text>{" "}
        </>
      )}
      {level === "near" && (
        <>
          <Fact {...props} x={TEXT_LEFT} y={31} room={room} />
          <AttemptMarks job={job} width={place.width} />
        </>
      )}
    </a>
  );
});

/** Its mark appears anew when the state changes: a change fades in once. */
export function Mark({
  job,
  x,
  y,
  size,
}: {
  readonly job: JobView;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}) {
  return (
    <svg
      key={job.status}
      className={`mark mark-${job.status} fresh`}
      x={x}
      y={y}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <StatusShape status={job.status} />
    </svg>
  );
}

interface FactProps {
  readonly job: JobView;
  readonly typicalMs: number | null;
  readonly x: number;
  readonly y: number;
  readonly room: number;
}

function Fact(props: FactProps) {
  return ticks(props.job) ? <TickingFact {...props} /> : <FactText {...props} now={0} />;
}

function TickingFact(props: FactProps) {
  const now = useNow();
  const { job, typicalMs, room } = props;
  const isTimed = job.status === "running" && typicalMs !== null && job.started_at !== null;
  const share = isTimed ? Math.min(1, (now - Date.parse(job.started_at ?? "")) / Math.max(1, typicalMs)) : 0;
  return (
    <>
      <FactText {...props} now={now} />
      {isTimed && (
        <rect className="prog" x={1} y={36.5} width={Math.max(0, share) * (room + 34)} height={3} rx={1.5} />
      )}
    </>
  );
}

function FactText({ job, typicalMs, x, y, room, now }: FactProps & { readonly now: number }) {
  const fact = factOf(job, now, typicalMs);
  // The link's name tells it whole, where this ticks and may be cut.
  return (
    <text className="n-meta" x={x} y={y} aria-hidden="true">
      {shortened(job, fact, room)}
    </text>
  );
}

/** Where nodes are dots, what needs a look keeps its shape: colour alone tells nothing. */
function isToldAfar({ status }: JobView): boolean {
  return status === "failed" || status === "waiting" || status === "stopping" || status === "running";
}

function marksWidth(job: JobView): number {
  return hasMarks(job) ? Math.min(job.attempt, ATTEMPT_MARKS) * 7 + 6 : 0;
}

/** A first attempt without a second says nothing new. */
function hasMarks(job: JobView): boolean {
  return job.attempt > 1 || (job.attempt === 1 && job.status === "waiting" && job.kind === "task");
}

/** One bar an attempt: failed, at work, or the wait before the next. */
function AttemptMarks({ job, width }: { readonly job: JobView; readonly width: number }) {
  if (!hasMarks(job)) return null;
  const isLastGood = job.status === "completed" || job.status === "running" || job.status === "stopping";
  const kinds: string[] = Array.from({ length: job.attempt }, (_, at) =>
    at === job.attempt - 1 && isLastGood ? (job.status === "running" ? "try-r" : "try-p") : "try-f",
  );
  if (job.status === "waiting") kinds.push("try-w");
  const shown = kinds.slice(-ATTEMPT_MARKS);
  return shown.map((kind, at) => (
    // oxlint-disable-next-line react/no-array-index-key -- an attempt is its place
    <rect
      key={at}
      className={`try ${kind}`}
      x={width - 13 - 7 * (shown.length - 1 - at)}
      y={7}
      width={4}
      height={10}
      rx={1}
    />
  ));
}
