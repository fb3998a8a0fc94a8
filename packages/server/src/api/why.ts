import { HOME_TAG, type Why } from "@gaia/contracts";
import { type EndReason, isEnded, type Job, type JobState, statusOf, type StopCause } from "@gaia/core";
import { jobNumberOf } from "./references.ts";
import type { Situation } from "./situation.ts";
import { conditionText } from "./views/graph-view.ts";
import { jobView, openDependencies, taskOf } from "./views/job-view.ts";
import type { RunSnapshot } from "./views/snapshot.ts";
import {
  amount,
  attemptText,
  causeText,
  durationText,
  endedVerb,
  endText,
  listText,
  runReasonText,
  tagsText,
} from "./words/index.ts";

type Action = Why["actions"][number];

/** How far back a chain of reasons is followed. */
const CHAIN = 8;
const FAILURES = 3;

/** Why a run, or one of its tasks, is as it is: the chain of causes, and commands that can be pasted. */
export function whyView(
  run: RunSnapshot,
  task: string | null,
  ref: string,
  situation: Situation,
  asker: string,
): Why {
  const asked: Asked = { run, situation, ref: quoted(ref), asker };
  return task === null ? whyRun(asked) : whyJob(asked, jobNumberOf(run, task));
}

interface Asked {
  readonly run: RunSnapshot;
  readonly situation: Situation;
  /** The run as it was named, fit for a shell. */
  readonly ref: string;
  /** Who asks: what that person did is told as "you". */
  readonly asker: string;
}

function whyRun(asked: Asked): Why {
  const { run, ref } = asked;
  const { header, facts } = run;
  const subject = `${facts.pipeline} #${facts.number}`;
  const reason = runReasonText(header, run.keyOf);
  const isFailure = header.status === "failed" || header.failedCount > 0;
  const failures = header.failed.slice(0, FAILURES).map((number) => attemptsSentence(asked, number));
  const stopped = (header.stopped?.jobs ?? []).slice(0, FAILURES).flatMap((number) => stopOf(asked, number));
  const because: readonly string[] = [...(isFailure ? failures : []), ...stopped, ...openReasons(asked)];
  const sentence = `${subject} ${statusVerb(header.status)}.`;
  const [failed] = header.failed;
  const actions: Action[] = [];
  if (failed !== undefined)
    actions.push({ label: "its output", command: `gaia logs ${ref} ${quoted(run.keyOf(failed) ?? "")}` });
  if (header.status === "failed" || header.status === "cancelled")
    actions.push({ label: "again", command: `gaia retry ${ref} --failed` });
  else if (header.endedAt === null) actions.push({ label: "stop it", command: `gaia stop ${ref}` });
  const first = because.length === 0 && reason !== "" ? [reason] : because;
  return { subject, status: header.status, sentence, because: [...first], actions };
}

/** What a run that has not ended waits for, or is busy with. */
function openReasons({ run, situation }: Asked): readonly string[] {
  const { counts, status } = run.header;
  if (status === "pending") return [];
  const open: string[] = [];
  for (let number = 0; number < run.jobs.length && open.length < CHAIN; number++) {
    const state = run.stateOf(number);
    if (state === undefined || isEnded(state) || state.kind === "group") continue;
    const { key, reason } = jobView(run, number, situation);
    if (statusOf(state) !== "running")
      open.push(`${key} is ${statusOf(state)}${reason === "" ? "" : `: ${reason}`}`);
  }
  return counts.running > 0
    ? [`${amount(counts.running, "task")} ${counts.running === 1 ? "runs" : "run"}`, ...open]
    : open;
}

function whyJob(asked: Asked, number: number): Why {
  const { run, situation } = asked;
  const view = jobView(run, number, situation);
  const state = run.stateOf(number);
  return {
    subject: view.key,
    status: view.status,
    sentence: `${view.key} ${statusVerb(view.status)}.`,
    because: [...because(asked, number, state, new Set())],
    actions: actionsFor(asked, number, view.key, state),
  };
}

/** Direct reason first, then what lies behind it. */
function because(
  asked: Asked,
  number: number,
  state: JobState | undefined,
  seen: Set<number>,
): readonly string[] {
  const { run, situation } = asked;
  if (seen.has(number) || seen.size >= CHAIN) return [];
  seen.add(number);
  const job = run.jobs[number];
  if (job === undefined) return [];
  if (isEnded(state)) return endedBecause(asked, number, job, state.reason, seen);
  const { reason } = jobView(run, number, situation, asked.asker);
  const own = reason === "" ? [] : [reason];
  if (state === undefined)
    return [
      ...own,
      ...openDependencies(run, job)
        .slice(0, FAILURES)
        .flatMap((key) => openDependency(asked, key)),
    ];
  if (state.kind === "queued") return [...own, ...queuedDetail(job, situation)];
  if (state.kind === "group")
    return [...own, ...membersBecause(asked, state.members.first, state.members.total)];
  return own;
}

function openDependency(asked: Asked, key: string): readonly string[] {
  const { run, situation } = asked;
  const number = run.byKey.get(key);
  if (number === undefined) return [];
  const view = jobView(run, number, situation);
  return [`${key} ${statusVerb(view.status)}${view.reason === "" ? "" : `: ${view.reason}`}`];
}

function endedBecause(
  asked: Asked,
  number: number,
  job: Job,
  reason: EndReason,
  seen: Set<number>,
): readonly string[] {
  const { run } = asked;
  const key = job.key;
  switch (reason.kind) {
    case "dependency": {
      const dependency = run.keyOf(reason.job) ?? "another task";
      const rule =
        job.condition === null
          ? `has no \`when\` that allows a ${reason.status} dependency`
          : `its \`when\` does not ask how dependencies ended`;
      const link = `${key} depends on ${dependency}, and ${rule}`;
      const state = run.stateOf(reason.job);
      const direct =
        state !== undefined && isEnded(state) && state.reason.kind === "dependency"
          ? [`${dependency} was skipped`]
          : [];
      const behind = because(asked, reason.job, state, seen);
      return direct.length > 0 ? [...direct, link, ...behind] : [...behind, link];
    }
    case "attempt":
    case "poison":
      return [attemptsSentence(asked, number)];
    case "members": {
      const state = run.stateOf(number);
      const members = state !== undefined && "members" in state ? state.members : null;
      return [
        endText(reason, run.keyOf),
        ...(members === null ? [] : membersBecause(asked, members.first, members.total)),
      ];
    }
    case "succeeded": {
      const note = endText(reason, run.keyOf);
      return [attemptsSentence(asked, number), ...(note === "" ? [] : [note])];
    }
    case "stopped":
      return [stoppedSentence(asked, reason.cause)];
    case "condition_false":
    case "condition_error": {
      const condition = conditionText(job);
      return [endText(reason, run.keyOf), ...(condition === null ? [] : [`it is \`${condition}\``])];
    }
    case "approved":
    case "rejected":
    case "approval_timed_out":
    case "declined":
    case "exited":
    case "child":
    case "invalid":
    case "reused": {
      const text = endText(reason, run.keyOf);
      return text === "" ? [] : [text];
    }
  }
}

function stoppedSentence({ run, asker }: Asked, cause: StopCause): string {
  const text = causeText(cause, run.keyOf, asker);
  const { stop } = run.header;
  if (cause.kind !== "run_stopped" || stop === null) return text;
  return `${text} by ${stop.by === asker ? "you" : stop.by}${stop.comment === "" ? "" : `: ${stop.comment}`}`;
}

/** "test failed (exit 1) after 2 of 2 attempts, 11 s". */
function attemptsSentence({ run, situation }: Asked, number: number): string {
  const job = run.jobs[number];
  const state = run.stateOf(number);
  if (job === undefined || !isEnded(state)) return "";
  const how = state.reason.kind === "attempt" ? attemptText(state.reason) : endText(state.reason, run.keyOf);
  const { attempts } = job.policy.retry;
  const tries =
    state.past.attempts === 0
      ? ""
      : ` after ${state.past.attempts} of ${amount(Math.max(attempts, state.past.attempts), "attempt")}`;
  const startedAt = "startedAt" in state ? state.startedAt : null;
  const took = startedAt === null ? "" : `, ${durationText((state.endedAt || situation.now) - startedAt)}`;
  return `${job.key} ${endedVerb(state.kind)}${how === "" ? "" : ` (${how})`}${tries}${took}`;
}

function membersBecause(asked: Asked, first: number, total: number): readonly string[] {
  const { run } = asked;
  const failed: number[] = [];
  let stopped: readonly string[] = [];
  for (let number = first; number < first + total && failed.length < FAILURES; number++) {
    const state = run.stateOf(number);
    if (state?.kind === "failed") failed.push(number);
    if (stopped.length === 0) stopped = stopOf(asked, number);
  }
  return [...failed.map((number) => attemptsSentence(asked, number)), ...stopped];
}

/** "test: stopped by you at …", when a person stopped just this job. */
function stopOf(asked: Asked, number: number): readonly string[] {
  const cause = stopCauseOf(asked.run.stateOf(number));
  if (cause?.kind !== "job_stopped") return [];
  return [`${asked.run.keyOf(number) ?? number}: ${stoppedSentence(asked, cause)}`];
}

/** Why a job is, or was, stopped. */
function stopCauseOf(state: JobState | undefined): StopCause | null {
  if (state?.kind === "stopping" || state?.kind === "stopping_child") return state.cause;
  return state?.kind === "cancelled" && state.reason.kind === "stopped" ? state.reason.cause : null;
}

/** Those that people give; Gaia's own one says where what was built lies. */
function chosenTags(tags: readonly string[]): readonly string[] {
  return tags.filter((tag) => tag !== HOME_TAG);
}

function queuedDetail(job: Job, situation: Situation): readonly string[] {
  const tags = chosenTags(taskOf(job)?.tags ?? []);
  const connected = situation.workers.filter((worker) => worker.awaySince === null);
  if (tags.length === 0 || connected.length === 0) return [];
  const offered = connected.slice(0, 5).map(({ name, tags: all }) => {
    const own = chosenTags(all).map((tag) => `\`${tag}\``);
    return `\`${name}\` has ${own.length === 0 ? "no tags" : listText(own, 8)}`;
  });
  return [`it needs ${tagsText(tags)}; ${offered.join("; ")}`];
}

/** What can be done about a job that has not ended. */
function openActions({ run, ref }: Asked, task: string, state: JobState | undefined): Action[] {
  const stop = { label: "stop the run", command: `gaia stop ${ref}` };
  if (run.header.status !== "running" || stopCauseOf(state)?.kind === "job_stopped") return [stop];
  return [{ label: "stop it", command: `gaia stop ${ref} ${task}` }, stop];
}

function actionsFor(asked: Asked, number: number, key: string, state: JobState | undefined): Action[] {
  const { run, ref } = asked;
  const task = quoted(key);
  const childRun = jobView(run, number, asked.situation).child_run;
  const itsRun = childRun === null ? [] : [{ label: "its run", command: `gaia why ${childRun}` }];
  if (state?.kind === "approval") {
    return [
      { label: "approve", command: `gaia approve ${ref} ${task}` },
      { label: "reject", command: `gaia reject ${ref} ${task}` },
    ];
  }
  if (!isEnded(state)) return [...itsRun, ...openActions(asked, task, state)];
  const actions: Action[] = [...itsRun];
  if (state.past.attempts > 0 && childRun === null)
    actions.push({ label: "its output", command: `gaia logs ${ref} ${task}` });
  const root = rootOf(run, state);
  if (root !== null) {
    const culprit = quoted(run.keyOf(root) ?? "");
    actions.push({ label: "output of what failed", command: `gaia logs ${ref} ${culprit}` });
    actions.push({
      label: "to run it anyway",
      command: `gaia retry ${ref} --from ${task} --ignore ${culprit}`,
    });
  } else if (state.kind !== "completed") {
    actions.push({
      label: "again",
      command: `gaia retry ${ref} --from ${quoted(run.keyOf(run.jobs[number]?.memberOf ?? number) ?? key)}`,
    });
  }
  return actions;
}

/** The task whose failure a skipped task goes back to. */
function rootOf(run: RunSnapshot, state: JobState): number | null {
  let root: number | null = null;
  let at: JobState | undefined = state;
  for (let step = 0; step < CHAIN && isEnded(at) && at.reason.kind === "dependency"; step++) {
    root = at.reason.job;
    at = run.stateOf(root);
  }
  return root;
}

function statusVerb(status: string): string {
  return status === "completed" || status === "failed" ? status : `is ${status}`;
}

function quoted(text: string): string {
  return /^[\w@./:#=+,-]+$/.test(text) && !text.startsWith("#") ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
