import { jobFiles, type JobFiles, jobTests, type JobTests, LIMITS, listOf } from "@gaia/contracts";
import { z } from "zod";
import { listArtifacts } from "../artifacts.ts";
import type { ApiContext } from "../context.ts";
import { type KeptJob, keptJobs } from "../kept-files.ts";
import { json, jsonOf, type Route, route } from "../route.ts";
import { cursor, limit, runParams } from "../schemas.ts";
import { testReportOf } from "../test-reports/test-report.ts";
import { jobFrom } from "./job-routes.ts";

const TAG = "runs";
/** Folders that are looked into for one answer; the cursor leads on. */
const FOLDERS_MAX = 1_000;
const JOBS = 100;
const FILES_MANY = 5_000;

const keptQuery = z.strictObject({
  job: z.string().min(1).optional().describe("Key of a job, or of a group with its members."),
  limit,
  cursor,
});

/** What all jobs of a run kept, for screens that show it together. */
export function keptRoutes(context: ApiContext): readonly Route[] {
  const shared = { method: "GET", tag: TAG, params: runParams, query: keptQuery, body: null } as const;
  return [
    route({
      ...shared,
      id: "listRunArtifacts",
      path: "/runs/{ref}/artifacts",
      summary: "Files that the run's jobs kept, by job",
      answers: { 200: jsonOf(listOf(jobFiles), "Jobs with files, in the order of their numbers.") },
      run: async ({ params, query, caller }) => {
        const jobs = await keptJobs(context, caller, params.ref, questionOf(query));
        return json(await pageOf(jobs, query.limit ?? JOBS, FILES_MANY, filesOf));
      },
    }),
    route({
      ...shared,
      id: "listRunTests",
      path: "/runs/{ref}/tests",
      summary: "What JUnit XML files among the artifacts of the run's jobs say, by job",
      answers: { 200: jsonOf(listOf(jobTests), "Jobs with reports, in the order of their numbers.") },
      run: async ({ params, query, caller }) => {
        const jobs = await keptJobs(context, caller, params.ref, questionOf(query));
        return json(await pageOf(jobs, query.limit ?? JOBS, LIMITS.testCases, testsOf));
      },
    }),
  ];
}

function questionOf(query: z.infer<typeof keptQuery>) {
  return { job: query.job ?? null, from: query.cursor === undefined ? 0 : jobFrom(query.cursor) };
}

/** What one job adds to an answer, and how much that is; null: nothing. */
interface Found<T> {
  readonly item: T;
  readonly size: number;
}

async function filesOf({ key, attempt, folder }: KeptJob): Promise<Found<JobFiles> | null> {
  const files = await listArtifacts(folder);
  return files.length === 0 ? null : { item: { job: key, attempt, files }, size: files.length };
}

async function testsOf({ key, attempt, folder }: KeptJob): Promise<Found<JobTests> | null> {
  const report = await testReportOf(folder);
  const isReport = report.passed + report.failed + report.skipped > 0 || report.problems.length > 0;
  return isReport ? { item: { job: key, attempt, report }, size: report.cases.length } : null;
}

/** A page ends with its number of jobs, and with the job that makes it large. */
async function pageOf<T>(
  jobs: readonly KeptJob[],
  limitJobs: number,
  largeFrom: number,
  find: (job: KeptJob) => Promise<Found<T> | null>,
): Promise<{ items: T[]; next_cursor: string | null }> {
  const items: T[] = [];
  let size = 0;
  for (const [at, job] of jobs.entries()) {
    if (items.length === limitJobs || size >= largeFrom || at === FOLDERS_MAX)
      return { items, next_cursor: `j${job.number}` };
    const found = await find(job);
    if (found === null) continue;
    items.push(found.item);
    size += found.size;
  }
  return { items, next_cursor: null };
}
