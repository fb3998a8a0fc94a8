import { LIMITS } from "@gaia/contracts/limits.ts";
import type { WireJob } from "@gaia/contracts/program-protocol.ts";
import { ProgramError } from "../program-error.ts";
import type { ProgramJob } from "../port.ts";

/** Checks what a program says its jobs are. Throws a `ProgramError` for the first thing that is wrong. */
export function checkJobs(wire: readonly WireJob[]): readonly ProgramJob[] {
  if (wire.length === 0) throw new ProgramError("no_jobs", "The program has no jobs.");
  if (wire.length > LIMITS.programJobs) throw tooManyJobs();
  const byId = new Map<number, WireJob>();
  const titles = new Set<string>();
  for (const job of wire) {
    checkTitle(job.title);
    // SDKs find dependencies without regard to case: two titles that differ by nothing else are one name.
    const name = job.title.toLowerCase();
    if (titles.has(name)) throw new ProgramError("duplicate_title", `Two jobs are called \`${job.title}\`.`);
    const other = byId.get(job.unique_id);
    if (other !== undefined) {
      const sentence = `\`${other.title}\` and \`${job.title}\` have the same id, ${job.unique_id}.`;
      throw new ProgramError("duplicate_id", sentence);
    }
    titles.add(name);
    byId.set(job.unique_id, job);
  }
  for (const job of wire) checkDependencies(job, byId);
  const cycle = findCycle(wire, byId);
  if (cycle !== null) throw new ProgramError("cycle", `The jobs wait for each other: ${cycle.join(" → ")}.`);
  return wire.map((job) => ({
    id: job.unique_id,
    title: job.title,
    description: job.description,
    dependsOn: [...new Set(job.dependson)],
    arguments: job.args.map(({ key, type, description, value }) => ({ key, type, description, value })),
  }));
}

/** The error of a list that is too long; also while it still arrives. */
export function tooManyJobs(): ProgramError {
  const limit = `${LIMITS.programJobs.toLocaleString("en-US")} (programJobs)`;
  return new ProgramError("too_many_jobs", `The program has more jobs than the limit of ${limit}.`);
}

function checkTitle(title: string): void {
  if (title.trim() === "") throw new ProgramError("bad_title", "A job has no title.");
  if (title.length > LIMITS.programTitleCharacters) {
    const limit = `${LIMITS.programTitleCharacters} characters (programTitleCharacters)`;
    const sentence = `The title that begins with \`${title.slice(0, 40)}\` has more than the limit of ${limit}.`;
    throw new ProgramError("bad_title", sentence);
  }
  if (/[\u0000-\u001f\u007f]/.test(title)) {
    throw new ProgramError("bad_title", `The title ${JSON.stringify(title)} has control characters.`);
  }
}

function checkDependencies(job: WireJob, byId: ReadonlyMap<number, WireJob>): void {
  for (const id of job.dependson) {
    if (id === job.unique_id)
      throw new ProgramError("self_dependency", `\`${job.title}\` depends on itself.`);
    if (byId.has(id)) continue;
    const sentence = `\`${job.title}\` depends on a job with id ${id}, which the program does not have.`;
    throw new ProgramError("unknown_dependency", sentence);
  }
}

/** Titles along a cycle, the first one again at the end; null: there is none. Without recursion: 10,000 may be in a row. */
function findCycle(jobs: readonly WireJob[], byId: ReadonlyMap<number, WireJob>): readonly string[] | null {
  const done = new Set<number>();
  for (const start of jobs) {
    const path: { readonly job: WireJob; next: number }[] = [];
    const onPath = new Set<number>();
    const enter = (job: WireJob): void => {
      path.push({ job, next: 0 });
      onPath.add(job.unique_id);
    };
    if (!done.has(start.unique_id)) enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const dependency = byId.get(top.job.dependson[top.next++] ?? -1);
      if (dependency === undefined) {
        path.pop();
        onPath.delete(top.job.unique_id);
        done.add(top.job.unique_id);
      } else if (onPath.has(dependency.unique_id)) {
        const from = path.findIndex(({ job }) => job === dependency);
        // Read against the arrows of `depends on`: in the order in which the jobs would run.
        return [...path.slice(from).map(({ job }) => job.title), dependency.title].toReversed();
      } else if (!done.has(dependency.unique_id)) enter(dependency);
    }
  }
  return null;
}
