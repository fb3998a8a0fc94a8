import { useMemo } from "react";
import type { JobView } from "../../api/client.ts";
import { StatusMark, useNow } from "../../design/index.ts";
import type { RunState } from "../run-state.ts";
import { factOf, memberLabel } from "../words.ts";

const SHOWN = 60;
/** What needs a look comes first. */
const ORDER: Readonly<Record<JobView["status"], number>> = {
  failed: 0,
  waiting: 1,
  stopping: 2,
  running: 3,
  queued: 4,
  pending: 5,
  cancelled: 6,
  skipped: 7,
  completed: 8,
};

/** The members of a group, as a list that leads to each. */
export function Members({
  state,
  group,
  select,
}: {
  readonly state: RunState;
  readonly group: JobView;
  readonly select: (job: string) => void;
}) {
  const now = useNow();
  const { list, shape } = state.jobs;
  const members = useMemo(
    () =>
      (shape.members.get(group.key) ?? [])
        .flatMap((number) => list[number] ?? [])
        .toSorted((one, other) => ORDER[one.status] - ORDER[other.status] || one.number - other.number),
    [list, shape, group.key],
  );
  if (members.length === 0) return null;
  const more = members.length - SHOWN;
  return (
    <section>
      <h3>{members.length} jobs</h3>
      <ul className="members">
        {members.slice(0, SHOWN).map((job) => (
          <li key={job.key}>
            <button type="button" className="member-row" onClick={() => select(job.key)}>
              <StatusMark status={job.status} alone />
              <span className="clip">{memberLabel(job)}</span>
              <span className="soft small nowrap">{factOf(job, now)}</span>
            </button>
          </li>
        ))}
        {more > 0 && <li className="soft small">and {more} more, under Jobs</li>}
      </ul>
    </section>
  );
}
