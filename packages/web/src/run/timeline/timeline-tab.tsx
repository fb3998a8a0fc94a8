import "../timeline.css";
import { Failure, SkeletonRows } from "../../design/index.ts";
import type { TabProps } from "../tabs.ts";
import { Timeline } from "./timeline.tsx";

/** When each job waited and worked; in the past, up to the moment that is shown. */
export function TimelineTab({ state, history }: TabProps) {
  if (state.run === null) return null;
  return (
    <div className="canvas timeline-tab">
      {history.failure !== null && (
        <Failure
          what="When jobs waited and worked cannot be told: the history cannot be read."
          refusal={history.failure.refusal}
          unaffected="The run itself is not affected."
          retry={history.failure.retry}
        />
      )}
      {history.events.length === 0 && history.failure !== null ? null : history.events.length === 0 ? (
        <SkeletonRows rows={8} label="The timeline" />
      ) : (
        <Timeline run={state.run} jobs={state.jobs.list} events={history.events} isWhole={history.isWhole} />
      )}
    </div>
  );
}
