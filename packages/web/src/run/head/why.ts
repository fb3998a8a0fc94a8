import type { JobView, RunView } from "../../api/client.ts";
import { count, spoken, timeOfDay } from "../../design/index.ts";
import { sentence } from "../words.ts";

/** A part of a sentence: text, or the name of a job that leads to it. */
export type Part = string | { readonly job: string };

export interface WhySentence {
  /** What a person came to learn. */
  readonly strong: readonly Part[];
  readonly rest: readonly Part[];
}

const NAMED = 3;

/**
 * The run's state as sentences, out of its facts by fixed patterns.
 *
 * @param because what the server says is behind it (`GET /runs/{ref}/why`), most direct first
 */
export function whyOf(run: RunView, jobs: readonly JobView[], because: readonly string[]): WhySentence {
  switch (run.status) {
    case "pending":
      return {
        strong: [sentence(run.reason === "" ? "it has not started yet" : `it ${run.reason}`)],
        rest: [],
      };
    case "stopping":
      return { strong: [sentence(`Being stopped: ${run.reason}`.replace(/: $/, ""))], rest: workingOf(jobs) };
    case "running":
      return runningOf(run, jobs);
    case "completed":
      return completedOf(run, jobs);
    case "failed":
    case "cancelled":
      return endedOf(run, jobs, because);
  }
}

function runningOf(run: RunView, jobs: readonly JobView[]): WhySentence {
  const tolerated = toleratedOf(jobs);
  const working = workingOf(jobs);
  const asked = jobs.filter((job) => job.kind === "approval" && job.status === "waiting");
  const [first] = asked;
  if (first !== undefined) {
    const question = /waits for approval: (.*?)(?: \(.*if nobody decides\))?$/.exec(first.reason)?.[1] ?? "";
    const others = asked.length - 1;
    return {
      strong: [
        "Waits for a person: ",
        { job: first.key },
        question === "" ? "" : ` asks “${question}”`,
        others === 0 ? "." : `, and ${others === 1 ? "1 other asks" : `${others} others ask`}.`,
      ],
      rest: [...(working.length === 0 ? [] : ["Meanwhile ", ...working]), ...tolerated, ...failedOf(jobs)],
    };
  }
  const failed = failedOf(jobs);
  if (working.length > 0)
    return { strong: working, rest: [...stuckOf(jobs, false), ...failed, ...tolerated] };
  const stuck = stuckOf(jobs, true);
  if (stuck.length > 0) return { strong: stuck, rest: [...failed, ...tolerated] };
  const open = sentence(run.reason === "" ? "Running" : run.reason);
  return { strong: [open], rest: [...failed, ...tolerated] };
}

/** "a, b and 3 more are working. " */
function workingOf(jobs: readonly JobView[]): readonly Part[] {
  const running = jobs.filter((job) => job.status === "running" && job.kind !== "group");
  if (running.length === 0) return [];
  return [...named(running), running.length === 1 ? " is working. " : " are working. "];
}

/** What is queued for a reason that is worth a sentence, and what waits for its next attempt or for a run of its own. */
function stuckOf(jobs: readonly JobView[], isAll: boolean): readonly Part[] {
  const waiting = jobs.filter((job) => job.status === "waiting");
  const again = waiting.filter(({ kind }) => kind === "task");
  const children = waiting.filter(({ kind }) => kind === "child");
  const queued = jobs.filter((job) => job.status === "queued" && (isAll || !TURN.test(job.reason)));
  const [first] = queued;
  return [
    ...(again.length === 0
      ? []
      : [...named(again), again.length === 1 ? " tries again" : " try again", `${whenOf(again)}. `]),
    ...(children.length === 0
      ? []
      : [
          ...named(children),
          children.length === 1
            ? " waits for the run that it started. "
            : " wait for runs that they started. ",
        ]),
    ...(first === undefined
      ? []
      : [
          ...named(queued),
          queued.length === 1 ? " is queued" : " are queued",
          `${first.reason === "" ? "" : `: ${first.reason}`}. `,
        ]),
  ];
}

/** That it is about to begin says little while something works, and comes and goes. */
const TURN = /^(waits for its turn$|on its way to worker)/;

/** " at 14:37:20", of several the first. */
function whenOf(jobs: readonly JobView[]): string {
  const times = jobs.flatMap(({ due_at: due }) => (due === null ? [] : [Date.parse(due)]));
  if (times.length === 0) return " soon";
  return `${jobs.length === 1 ? "" : ", the first"} at ${timeOfDay(Math.min(...times))}`;
}

function failedOf(jobs: readonly JobView[]): readonly Part[] {
  const failed = jobs.filter((job) => job.status === "failed" && !job.tolerated && job.group === null);
  return failed.length === 0 ? [] : [...named(failed), " failed; the run will fail. "];
}

function toleratedOf(jobs: readonly JobView[]): readonly Part[] {
  // Of a group that has failed the group is named, of another one its members: it may well have completed.
  const groups = new Set(
    jobs.flatMap((job) => (job.kind === "group" && job.status === "failed" ? [job.key] : [])),
  );
  const failed = jobs.filter(
    (job) => job.status === "failed" && job.tolerated && !groups.has(job.group ?? ""),
  );
  if (failed.length === 0) return [];
  return [...named(failed), ` failed and ${failed.length === 1 ? "is" : "are"} allowed to. `];
}

function completedOf(run: RunView, jobs: readonly JobView[]): WhySentence {
  const { completed = 0, skipped = 0 } = run.counts;
  const took = run.duration_ms === null ? "" : ` in ${spoken(run.duration_ms)}`;
  const amount = completed === 1 ? "One job" : `${count(completed)} jobs`;
  // A program's job may end the pipeline, which is no failure of the run.
  const ender = jobs.find(({ status, reason }) => status === "failed" && ENDED.test(reason));
  const ended: readonly Part[] =
    ender === undefined ? [] : [{ job: ender.key }, ` ${endedText(ender.reason)} `];
  const left = skipped === 0 ? "" : `${skipped === 1 ? "1 was" : `${skipped} were`} skipped. `;
  return { strong: [`${amount} completed${took}.`], rest: [...ended, left, ...toleratedOf(jobs)] };
}

const ENDED = /^it ended the pipeline/;

function endedText(reason: string): string {
  const text = reason.replace(/^it /, "");
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function endedOf(run: RunView, jobs: readonly JobView[], because: readonly string[]): WhySentence {
  const failed = jobs.filter((job) => job.status === "failed" && !job.tolerated && job.group === null);
  const [first] = failed;
  const { skipped = 0 } = run.counts;
  const behind =
    skipped === 0 ? "" : `${skipped === 1 ? "1 job behind it was" : `${skipped} jobs were`} skipped. `;
  if (run.status === "cancelled" || first === undefined)
    return { strong: [sentence(run.reason === "" ? run.status : run.reason)], rest: [behind] };
  // The server's sentence starts with the job's key.
  const direct = because.find((line) => line.startsWith(`${first.key} `))?.slice(first.key.length);
  const more = failed.length === 1 ? [] : [...named(failed.slice(1)), " failed too. "];
  return {
    strong: [{ job: first.key }, direct === undefined ? ` failed: ${first.reason}.` : `${direct}.`],
    rest: [...more, behind, ...toleratedOf(jobs)],
  };
}

/** "a, b and 3 more". */
function named(jobs: readonly JobView[]): readonly Part[] {
  const shown = jobs.slice(0, jobs.length > NAMED ? NAMED - 1 : NAMED);
  const more = jobs.length - shown.length;
  const parts: Part[] = [];
  for (const [at, job] of shown.entries()) {
    if (at > 0) parts.push(at === shown.length - 1 && more === 0 ? " and " : ", ");
    parts.push({ job: job.key });
  }
  if (more > 0) parts.push(` and ${more} more`);
  return parts;
}
