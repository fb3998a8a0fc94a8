import { LIMITS } from "@gaia/contracts/limits.ts";
import { ProgramError } from "../program-error.ts";
import type { ProgramJob } from "../port.ts";

/** Checks what a program says its jobs are. Throws a `ProgramError` for the first thing that is wrong. */
export function checkJobs(jobs: readonly ProgramJob[]): void {
  if (jobs.length === 0) throw new ProgramError("no_jobs", "The program has no jobs.");
  if (jobs.length > LIMITS.programJobs) throw tooManyJobs();
  const byId = new Map<number, ProgramJob>();
  const titles = new Set<string>();
  for (const job of jobs) {
    const wrong = wrongTitle(job.title);
    if (wrong !== null) throw new ProgramError("bad_title", wrong);
    // SDKs find dependencies without regard to case: two titles that differ by nothing else are one name.
    const name = job.title.toLowerCase();
    if (titles.has(name)) throw new ProgramError("duplicate_title", `Two jobs are called \`${job.title}\`.`);
    const other = byId.get(job.id);
    if (other !== undefined) {
      const sentence = `\`${other.title}\` and \`${job.title}\` have the same id, ${job.id}.`;
      throw new ProgramError("duplicate_id", sentence);
    }
    titles.add(name);
    byId.set(job.id, job);
    checkPolicy(job);
  }
  if (jobs.every(({ onDemand }) => onDemand))
    throw new ProgramError("no_jobs", "All jobs of the program are performed on demand: its graph is empty.");
  for (const job of jobs) checkDependencies(job, byId);
  const cycle = findCycle(jobs, byId);
  if (cycle !== null) throw new ProgramError("cycle", `The jobs wait for each other: ${cycle.join(" → ")}.`);
}

/** The error of a list that is too long; also while it still arrives. */
export function tooManyJobs(): ProgramError {
  const limit = `${LIMITS.programJobs.toLocaleString("en-US")} (programJobs)`;
  return new ProgramError("too_many_jobs", `The program has more jobs than the limit of ${limit}.`);
}

/** What is wrong with a title, in a sentence; null: nothing. */
export function wrongTitle(title: string): string | null {
  if (title.trim() === "") return "A job has no title.";
  if (title.length > LIMITS.programTitleCharacters) {
    const limit = `${LIMITS.programTitleCharacters} characters (programTitleCharacters)`;
    return `The title that begins with \`${title.slice(0, 40)}\` has more than the limit of ${limit}.`;
  }
  const controls = /[\u0000-\u001f\u007f]/.test(title);
  return controls ? `The title ${JSON.stringify(title)} has control characters.` : null;
}

function checkPolicy({ title, attempts, timeoutMs }: ProgramJob): void {
  if (attempts > LIMITS.retryAttempts) {
    const limit = `${LIMITS.retryAttempts} (retryAttempts)`;
    throw new ProgramError(
      "bad_policy",
      `\`${title}\` has ${attempts} attempts, past the limit of ${limit}.`,
    );
  }
  if (timeoutMs !== null && timeoutMs > LIMITS.timeoutMsMax) {
    const limit = `${LIMITS.timeoutMsMax} ms (timeoutMsMax)`;
    const sentence = `\`${title}\` has a timeout of ${timeoutMs} ms, past the limit of ${limit}.`;
    throw new ProgramError("bad_policy", sentence);
  }
}

function checkDependencies(job: ProgramJob, byId: ReadonlyMap<number, ProgramJob>): void {
  for (const id of job.dependsOn) {
    if (id === job.id) throw new ProgramError("self_dependency", `\`${job.title}\` depends on itself.`);
    const dependency = byId.get(id);
    if (dependency === undefined) {
      const sentence = `\`${job.title}\` depends on a job with id ${id}, which the program does not have.`;
      throw new ProgramError("unknown_dependency", sentence);
    }
    if (dependency.onDemand) {
      const sentence = `\`${job.title}\` depends on \`${dependency.title}\`, which is performed on demand only.`;
      throw new ProgramError("on_demand_dependency", sentence);
    }
  }
}

/** Titles along a cycle, the first one again at the end; null: there is none. Without recursion: 10,000 may be in a row. */
function findCycle(
  jobs: readonly ProgramJob[],
  byId: ReadonlyMap<number, ProgramJob>,
): readonly string[] | null {
  const done = new Set<number>();
  for (const start of jobs) {
    const path: { readonly job: ProgramJob; next: number }[] = [];
    const onPath = new Set<number>();
    const enter = (job: ProgramJob): void => {
      path.push({ job, next: 0 });
      onPath.add(job.id);
    };
    if (!done.has(start.id)) enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const dependency = byId.get(top.job.dependsOn[top.next++] ?? -1);
      if (dependency === undefined) {
        path.pop();
        onPath.delete(top.job.id);
        done.add(top.job.id);
      } else if (onPath.has(dependency.id)) {
        const from = path.findIndex(({ job }) => job === dependency);
        // Read against the arrows of `depends on`: in the order in which the jobs would run.
        return [...path.slice(from).map(({ job }) => job.title), dependency.title].toReversed();
      } else if (!done.has(dependency.id)) enter(dependency);
    }
  }
  return null;
}
