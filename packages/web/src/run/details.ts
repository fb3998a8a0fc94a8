import { useQueries } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { JobDetail, JobView } from "../api/client.ts";
import { type Refusal, refusalFrom } from "../api/refusal.ts";
import type { Jobs } from "./jobs.ts";
import { jobQuery } from "./queries.ts";

/** Details are read a job at a time; so many are read without being asked for. */
const STEP = 60;

/** The details of all jobs that have left something behind, as far as they were read. */
export interface Details {
  readonly details: readonly JobDetail[];
  readonly isPending: boolean;
  readonly refusal: Refusal | null;
  readonly retry: () => void;
  /** Jobs that were not looked into yet. */
  readonly left: number;
  readonly more: () => void;
}

/**
 * @param only the key of a job or a group to look into; null: all
 */
export function useDetails(id: string, jobs: Jobs, only: string | null): Details {
  const [most, setMost] = useState(STEP);
  const { list } = jobs;
  const attempted = useMemo(() => list.filter((job) => hasFiles(job, only)), [list, only]);
  const queries = useQueries({
    queries: attempted.slice(0, most).map((job) => jobQuery(id, job.key, `${job.status} ${job.attempt}`)),
  });
  const failed = queries.find(({ error }) => error !== null);
  return {
    details: queries.flatMap(({ data }) => data ?? []),
    isPending: queries.some(({ isPending }) => isPending),
    refusal: failed === undefined ? null : refusalFrom(failed.error),
    retry: () => {
      for (const query of queries) if (query.error !== null) void query.refetch();
    },
    left: Math.max(0, attempted.length - most),
    more: () => setMost(most + STEP),
  };
}

/** Files are there when an attempt has ended. */
function hasFiles(job: JobView, only: string | null): boolean {
  if (job.kind !== "task" || job.attempt === 0) return false;
  return only === null || job.key === only || job.group === only;
}
