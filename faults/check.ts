import type { JobView } from "@gaia/contracts/api.ts";
import type { AcknowledgedRun } from "./client.ts";
import type { Effect } from "./effects.ts";
import type { LoggedAttempt, RunHistory } from "./history.ts";
import type { Workload } from "./workload.ts";

/** A promise that was broken, and what tells of it. */
export interface Violation {
  /** In one sentence. */
  readonly what: string;
  /** The run whose log and effects are the story; null: it is not about one run. */
  readonly run: string | null;
}

/** When a launcher was killed: only then may an attempt be lost. */
export type KillTimes = readonly number[];

/** After so many losses a job fails for good. */
const LOSSES_MAX = 3;
const ENDED = new Set(["completed", "failed", "cancelled", "skipped"]);
/** Outcomes of processes that ended by themselves: they have written all their lines. */
const BY_ITSELF = new Set(["succeeded", "failed"]);
/** A clock is read before a commit, or a line is written after a process has been told to end. */
const CLOCK_SLACK_MS = 5;

/** Compares one run's effects with its rows and its log. */
export function checkRun(
  history: RunHistory,
  effects: readonly Effect[],
  workload: Workload,
  isStopped: boolean,
  launcherKills: KillTimes,
): readonly Violation[] {
  const check = new RunCheck(history, effects, workload, isStopped, launcherKills);
  check.all();
  return check.found;
}

/** Of the whole: every acknowledged run is there, and no other. */
export function checkRuns(
  acknowledged: readonly AcknowledgedRun[],
  histories: readonly RunHistory[],
): readonly Violation[] {
  const found: Violation[] = [];
  const byId = new Map(histories.map((history) => [history.run.id, history]));
  const wanted = new Set(acknowledged.map((run) => run.id));
  for (const { id, key } of acknowledged) {
    if (!byId.has(id)) found.push({ what: `run ${id}, acknowledged for ${key}, does not exist`, run: null });
  }
  if (wanted.size < acknowledged.length)
    found.push({ what: "two keys were answered with the same run", run: null });
  const children = new Map<string, RunHistory["run"][]>();
  for (const { run } of histories) {
    if (run.parent_run === null) {
      if (!wanted.has(run.id)) found.push({ what: `run ${run.id} was never asked for`, run: run.id });
    } else children.set(run.parent_run, [...(children.get(run.parent_run) ?? []), run]);
  }
  for (const history of histories) found.push(...checkChildren(history, children.get(history.run.id) ?? []));
  return found;
}

/** Each attempt of a task of type `pipeline` started one run, and none began before the one before had ended. */
function checkChildren(
  { run, jobs }: RunHistory,
  children: readonly RunHistory["run"][],
): readonly Violation[] {
  const found: Violation[] = [];
  const attempts = jobs.filter(({ kind }) => kind === "child").reduce((sum, { attempt }) => sum + attempt, 0);
  // What is stopped may not have started its run yet.
  const isRight = run.status === "cancelled" ? children.length <= attempts : children.length === attempts;
  if (!isRight)
    found.push({ what: `${attempts} attempts started ${children.length} child runs`, run: run.id });
  const inOrder = children.toSorted((left, right) => (left.created_at < right.created_at ? -1 : 1));
  for (const [index, child] of inOrder.entries()) {
    const before = inOrder[index - 1];
    if (before !== undefined && (before.ended_at === null || before.ended_at > child.created_at))
      found.push({ what: `child run ${child.id} began while ${before.id} went on`, run: run.id });
  }
  return found;
}

/** Runs of a concurrency group never run at once. */
export function checkSerial(effects: readonly Effect[], runs: ReadonlySet<string>): readonly Violation[] {
  const found: Violation[] = [];
  const seen = new Set<string>();
  let current: string | null = null;
  for (const { run, line } of effects) {
    if (!runs.has(run) || run === current) continue;
    if (seen.has(run))
      found.push({ what: `run ${run} went on in line ${line + 1}, while ${current} of its group ran`, run });
    seen.add(run);
    current = run;
  }
  return found;
}

class RunCheck {
  readonly found: Violation[] = [];
  readonly #history: RunHistory;
  readonly #effects: readonly Effect[];
  readonly #workload: Workload;
  readonly #isStopped: boolean;
  readonly #launcherKills: KillTimes;

  constructor(
    history: RunHistory,
    effects: readonly Effect[],
    workload: Workload,
    isStopped: boolean,
    launcherKills: KillTimes,
  ) {
    this.#history = history;
    this.#effects = effects;
    this.#workload = workload;
    this.#isStopped = isStopped;
    this.#launcherKills = launcherKills;
  }

  all(): void {
    this.#log();
    this.#lines();
    for (const job of this.#history.jobs) {
      this.#job(job);
      this.#attempts(job);
      this.#overlaps(job);
      this.#order(job);
      this.#values(job);
    }
    this.#afterTheEnd();
    this.#outcome();
  }

  /** Events are dense, and the run began and ended once. */
  #log(): void {
    const { events, run } = this.#history;
    const gap = events.findIndex((event, index) => event.seq !== index + 1);
    if (gap >= 0) this.#tell(`its log has no event ${gap + 1}`);
    for (const kind of ["run.created", "run.ended"]) {
      const times = events.filter((event) => event.kind === kind).length;
      if (times !== 1) this.#tell(`its log says ${kind} ${times} times`);
    }
    if (!ENDED.has(run.status)) this.#tell(`it is ${run.status} at the end of all: ${run.reason}`);
  }

  /** Each attempt wrote what it had to write, once, and only attempts of the log wrote at all. */
  #lines(): void {
    const seen = new Map<string, Effect>();
    for (const effect of this.#effects) {
      const { kind, key, task, line } = effect;
      if (kind === "alive") {
        this.#tell(
          `${task}: attempt ${effect.attempt} started while process ${effect.pid} of an earlier one lived`,
        );
        continue;
      }
      const what = `${task}, attempt ${effect.attempt}`;
      if (seen.has(`${kind} ${key}`)) this.#tell(`${what} did its ${kind} twice, again in line ${line + 1}`);
      seen.set(`${kind} ${key}`, effect);
      if (kind === "end" && seen.get(`start ${key}`)?.pid !== effect.pid)
        this.#tell(`${what} was ended by another process than it was started by, in line ${line + 1}`);
      if (this.#logged(effect.job, effect.attempt) === null)
        this.#tell(`${what} ran, and the log knows nothing of it (line ${line + 1})`);
    }
  }

  /** One accepted result for each job, and the expected one. */
  #job(job: JobView): void {
    const attempts = this.#attemptsOf(job);
    const accepted = attempts.filter((attempt) => attempt.outcome === "succeeded");
    const ends = this.#history.events.filter((event) => event.kind === "job.ended" && event.job === job.key);
    if (!ENDED.has(job.status)) return this.#tell(`${job.key} is ${job.status} in a run that has ended`);
    if (ends.length !== 1) this.#tell(`${job.key} ended ${ends.length} times`);
    if (accepted.length > 1) this.#tell(`${job.key} has ${accepted.length} accepted successes`);
    if (job.kind !== "task") return;
    if (job.status === "completed" && accepted.length !== 1)
      this.#tell(`${job.key} is completed with ${accepted.length} accepted successes`);
    if (this.#isStopped || job.final) return;
    const expected = this.#workload.jobs[job.key] ?? "completed";
    if (job.status !== expected && !this.#isPoisoned())
      this.#tell(`${job.key} is ${job.status} (${job.reason}), not ${expected}`);
  }

  /** Every attempt ended, as the effects tell it too, and was lost only where something had been killed. */
  #attempts(job: JobView): void {
    for (const attempt of this.#attemptsOf(job)) {
      const { outcome, number, exitCode, message } = attempt;
      const what = `${job.key}, attempt ${number}`;
      if (outcome === null) {
        this.#tell(`${what} was assigned and never ended`);
        continue;
      }
      if (BY_ITSELF.has(outcome)) {
        for (const kind of ["start", "end"] as const) {
          if (this.#effect(kind, job.number, number) === null)
            this.#tell(`${what} ${outcome}, and its ${kind} is not on disk: ${message}`);
        }
      }
      const allowed = this.#workload.exits[job.key] ?? [];
      if (outcome === "failed" && (exitCode === null || !allowed.includes(exitCode)))
        this.#tell(`${what} failed: ${message}`);
      if (outcome === "rejected" || outcome === "limit") this.#tell(`${what} was ${outcome}: ${message}`);
      // A stop may come before the worker has heard of the attempt: lost is what was never started, too.
      const hasStarted = this.#effect("start", job.number, number) !== null;
      if (outcome === "lost" && hasStarted && !this.#wasLauncherKilled(attempt))
        this.#tell(`${what} was lost, and no launcher was killed meanwhile: ${message}`);
    }
  }

  /** Attempts of one job follow each other: what has no end must have been proved dead before the next. */
  #overlaps(job: JobView): void {
    let before: Effect | null = null;
    for (const effect of this.#effects) {
      if (effect.job !== job.number || effect.kind === "alive") continue;
      if (before !== null && before.key !== effect.key) {
        if (effect.kind === "end" || effect.attempt < before.attempt)
          this.#tell(
            `${job.key}: attempt ${effect.attempt} went on after ${before.attempt} had started (line ${effect.line + 1})`,
          );
        const former = this.#logged(job.number, before.attempt);
        if (former !== null && (former.endedAt ?? Number.POSITIVE_INFINITY) > effect.at + CLOCK_SLACK_MS)
          this.#tell(
            `${job.key}: attempt ${effect.attempt} started before the log says that ${before.attempt} had ended`,
          );
      }
      before = effect;
    }
  }

  /** What a job waits for has ended, on disk too, before it starts. */
  #order(job: JobView): void {
    const first = this.#effects.find((effect) => effect.kind === "start" && effect.job === job.number);
    if (first === undefined) return;
    const waitsFor = [...job.dependencies, ...(job.group === null ? [] : this.#dependenciesOf(job.group))];
    for (const key of waitsFor) {
      for (const before of this.#tasksOf(key)) {
        const late = this.#effects.findLast(
          (effect) => effect.job === before.number && effect.line > first.line,
        );
        if (late !== undefined)
          this.#tell(
            `${job.key} started in line ${first.line + 1}, before ${before.key} did its ${late.kind} in line ${late.line + 1}`,
          );
        if (before.status === "completed" && this.#acceptedOf(before) === null)
          this.#tell(`${job.key} started, and ${before.key} had no accepted result`);
      }
    }
  }

  /** What is passed on is what the accepted attempt wrote. */
  #values(job: JobView): void {
    const [producer] = this.#workload.takes[job.key] ?? [];
    const source = this.#history.jobs.find((other) => other.key === producer);
    if (producer === undefined) return;
    for (const effect of this.#effects) {
      if (effect.kind !== "start" || effect.job !== job.number) continue;
      const accepted = source === undefined ? null : this.#acceptedOf(source);
      const expected =
        accepted === null ? null : `${this.#history.run.id}.${source?.number}.${accepted.number}`;
      if (effect.value !== expected)
        this.#tell(
          `${job.key} was handed ${effect.value || "nothing"}; the accepted attempt of ${producer} is ${expected}`,
        );
    }
  }

  #afterTheEnd(): void {
    const { ended_at: endedAt } = this.#history.run;
    const last = this.#effects.at(-1);
    if (endedAt === null || last === undefined) return;
    if (last.at > Date.parse(endedAt) + CLOCK_SLACK_MS)
      this.#tell(
        `${last.task} did its ${last.kind} ${Math.round(last.at - Date.parse(endedAt))} ms after the run had ended`,
      );
  }

  #outcome(): void {
    const { run } = this.#history;
    if (this.#isStopped || this.#isPoisoned()) return;
    if (run.status !== this.#workload.run)
      this.#tell(`it is ${run.status} (${run.reason}), not ${this.#workload.run}`);
  }

  #isPoisoned(): boolean {
    return [...this.#history.attempts.values()].some(
      (attempts) => attempts.filter((attempt) => attempt.outcome === "lost").length >= LOSSES_MAX,
    );
  }

  #wasLauncherKilled({ assignedAt, endedAt }: LoggedAttempt): boolean {
    return this.#launcherKills.some((at) => at >= assignedAt - CLOCK_SLACK_MS && at <= (endedAt ?? at));
  }

  #attemptsOf(job: JobView): readonly LoggedAttempt[] {
    return this.#history.attempts.get(job.number) ?? [];
  }

  #logged(job: number, attempt: number): LoggedAttempt | null {
    const all = this.#history.attempts.get(job) ?? [];
    return all.findLast((logged) => logged.number === attempt && logged.outcome !== "returned") ?? null;
  }

  #acceptedOf(job: JobView): LoggedAttempt | null {
    return this.#attemptsOf(job).find((attempt) => attempt.outcome === "succeeded") ?? null;
  }

  #effect(kind: Effect["kind"], job: number, attempt: number): Effect | null {
    return (
      this.#effects.find(
        (effect) => effect.kind === kind && effect.job === job && effect.attempt === attempt,
      ) ?? null
    );
  }

  #dependenciesOf(key: string): readonly string[] {
    return this.#history.jobs.find((job) => job.key === key)?.dependencies ?? [];
  }

  /** The task of a key, the members of a group, or what a `plan/*` stands for. */
  #tasksOf(key: string): readonly JobView[] {
    const { jobs } = this.#history;
    const prefix = key.endsWith("/*") ? key.slice(0, -1) : null;
    return jobs.filter(
      (job) =>
        job.kind === "task" &&
        (job.key === key || job.group === key || (prefix !== null && job.key.startsWith(prefix))),
    );
  }

  #tell(what: string): void {
    const { run } = this.#history;
    this.found.push({ what: `${run.pipeline} #${run.number}: ${what}`, run: run.id });
  }
}
