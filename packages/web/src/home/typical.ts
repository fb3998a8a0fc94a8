import { useQuery } from "@tanstack/react-query";
import { overviewQuery, typicalQuery } from "./queries.ts";
import { type Failing, occasionOf } from "./sentence.ts";

/** What fails in a row, the worst first. */
export function useFailing(): readonly Failing[] {
  const failing = useQuery(overviewQuery).data?.failing ?? [];
  const pipelines = useQuery(typicalQuery(failing.map(({ pipeline }) => pipeline))).data?.items ?? [];
  return failing.map(({ pipeline, in_a_row }) => {
    const recent = pipelines.find(({ name }) => name === pipeline)?.recent ?? [];
    const failed = recent.filter(({ status }) => status === "failed").slice(-in_a_row);
    return {
      pipeline,
      inARow: in_a_row,
      // More in a row than are listed: what they have in common is not known.
      occasion:
        failed.length < in_a_row
          ? "time"
          : occasionOf(failed.map(({ created_at }) => Date.parse(created_at))),
    };
  });
}

/** How long a run of each pipeline usually takes, in ms; null: none has completed. */
export function useTypical(): ReadonlyMap<string, number | null> {
  const failing = useQuery(overviewQuery).data?.failing ?? [];
  const pipelines = useQuery(typicalQuery(failing.map(({ pipeline }) => pipeline))).data?.items ?? [];
  return new Map(pipelines.map(({ name, figures }) => [name, figures.typical_ms]));
}
