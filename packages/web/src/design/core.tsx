import "./core.css";
import { STATUSES, type Status, statusWord } from "./status.tsx";

type Counts = Partial<Readonly<Record<Status, number>>>;

/** More segments than this cannot be told apart: states share the width instead. */
const SEGMENTS_MAX = 200;
/** Done first, ahead last, as in a drill core that grows to the right. */
const ORDER: readonly Status[] = [
  "completed",
  "failed",
  "skipped",
  "cancelled",
  "stopping",
  "running",
  "waiting",
  "queued",
  "pending",
];

/** A run as a drill core: one segment a job, in the order given. */
export function Core({ statuses, label }: { readonly statuses: readonly Status[]; readonly label: string }) {
  if (statuses.length > SEGMENTS_MAX) return <CoreOfCounts counts={countsOf(statuses)} label={label} />;
  return (
    <span className="core" role="img" aria-label={`${label}: ${countsText(countsOf(statuses))}`}>
      {statuses.map((status, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- a segment is its place
        <i key={at} className={`core-${status}`} />
      ))}
    </span>
  );
}

/** The same where only the numbers are known, as in lists. */
export function CoreOfCounts({ counts, label }: { readonly counts: Counts; readonly label: string }) {
  const total = ORDER.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
  const single = total <= 40;
  return (
    <span className="core" role="img" aria-label={`${label}: ${countsText(counts)}`}>
      {ORDER.flatMap((status) => {
        const count = counts[status] ?? 0;
        if (count === 0) return [];
        if (!single) return [<i key={status} className={`core-${status}`} style={{ flexGrow: count }} />];
        return Array.from({ length: count }, (_, at) => (
          <i key={`${status}${at}`} className={`core-${status}`} />
        ));
      })}
    </span>
  );
}

/** `15 completed, 1 failed, 3 pending`. */
export function countsText(counts: Counts): string {
  const parts = STATUSES.flatMap((status) =>
    (counts[status] ?? 0) > 0 ? [`${counts[status]} ${statusWord(status).toLowerCase()}`] : [],
  );
  return parts.length === 0 ? "no jobs" : parts.join(", ");
}

function countsOf(statuses: readonly Status[]): Counts {
  const counts: Partial<Record<Status, number>> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
