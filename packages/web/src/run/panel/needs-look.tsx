import { useMemo } from "react";
import { StatusMark, useNow } from "../../design/index.ts";
import { LogTail } from "../log/log-tail.tsx";
import type { RunState } from "../run-state.ts";
import { factOf, sentence } from "../words.ts";
import { attentionOf, spokesman } from "./attention.ts";

const SHOWN = 6;
const TAIL_LINES = 8;

/** What failed, asks or is stuck, each with its reason, and the last words of what failed first. */
export function NeedsLook({
  id,
  state,
  select,
}: {
  readonly id: string;
  readonly state: RunState;
  readonly select: (job: string) => void;
}) {
  const { list } = state.jobs;
  const now = useNow();
  const jobs = useMemo(() => attentionOf(list), [list]);
  const first = spokesman(jobs);
  if (jobs.length === 0) return null;
  const more = jobs.length - SHOWN;
  return (
    <>
      <section aria-labelledby="needs-look">
        <h3 id="needs-look">Needs a look</h3>
        <ul className="members">
          {jobs.slice(0, SHOWN).map((job) => (
            <li key={job.key}>
              <button type="button" className="member-row attention-row" onClick={() => select(job.key)}>
                <StatusMark status={job.status} alone />
                <span>
                  <b>{job.key}</b>
                  <span className="small mid">
                    {sentence(job.reason === "" ? factOf(job, now) : job.reason)}
                  </span>
                </span>
              </button>
            </li>
          ))}
          {more > 0 && <li className="soft small">and {more.toLocaleString()} more, under Jobs</li>}
        </ul>
      </section>
      {first !== null && (
        <section>
          <h3>What {first.key} printed last</h3>
          <LogTail run={id} job={first.key} attempt={first.attempt} lines={TAIL_LINES} />
        </section>
      )}
    </>
  );
}
