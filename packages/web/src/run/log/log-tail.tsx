import "../log.css";
import { Link } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { count } from "../../design/index.ts";
import { LineRow, type RowLook } from "./line-row.tsx";
import { useLogSource } from "./use-source.ts";

interface LogTailProps {
  readonly run: string;
  readonly job: string;
  readonly attempt: number;
  /** How many of the last lines. */
  readonly lines?: number;
}

/** The last lines of an attempt as they come, and the way to all of them. */
export function LogTail({ run, job, attempt, lines = 12 }: LogTailProps) {
  const { source, state } = useLogSource(run, job, attempt);
  const total = state.outline?.lines ?? 0;
  const numbers = useMemo(() => {
    const first = Math.max(1, total - lines + 1);
    return Array.from({ length: Math.max(0, total - first + 1) }, (_, at) => first + at);
  }, [total, lines]);
  useEffect(() => source.want(numbers), [source, numbers]);
  const look: RowLook = {
    time: "off",
    startedAt: null,
    wanted: "",
    size: -1,
    choose: () => undefined,
    toggle: () => undefined,
  };
  return (
    <div className="log-tail">
      <div className="log time-off" tabIndex={0} role="region" aria-label={`Last lines of ${job}`}>
        <ol>
          {numbers.map((line) => (
            <LineRow
              key={line}
              line={line}
              content={source.line(line)}
              look={look}
              isChosen={false}
              mark={null}
              current={null}
            />
          ))}
        </ol>
        {state.outline !== null && total === 0 && <p className="mid">Nothing printed yet.</p>}
      </div>
      <Link
        className="link"
        to="/runs/$run/log/$job"
        params={{ run, job }}
        search={{ attempt: String(attempt) }}
      >
        {total > lines ? `All ${count(total)} lines` : "Open the log"}
      </Link>
    </div>
  );
}
