import { rmSync } from "node:fs";
import { CREDENTIALS_FOLDER, LIMITS } from "@gaia/contracts";
import type { AttemptEnd, AttemptEnding, StartedProcess, Value } from "@gaia/core";
import type { CacheFacts } from "@gaia/contracts";
import type { TaskCaches } from "../../cache/index.ts";
import { maskerFor, type Masker } from "../../logs/masker.ts";
import type { LogRecorder, RecordedLog } from "../../logs/recorder.ts";
import type { LogRecorders } from "../../logs/recorders.ts";
import type { KeptFiles } from "../../shipping/kept-files.ts";
import type { Work } from "../executor.ts";
import type { ArtifactsPool } from "./artifacts-pool.ts";
import { collectArtifacts } from "./collect-artifacts.ts";
import { readLeftBehind } from "./left-behind.ts";
import { verdictOf, type Verdict } from "./outcome.ts";
import { needsRawLog, type AttemptPaths, type ProcessPlan } from "./plan.ts";

/** What all attempts of the executor share. */
export interface ProcessServices {
  readonly artifacts: ArtifactsPool;
  readonly logs: LogRecorders;
  readonly caches: TaskCaches;
}

/** The worker's side of one command: its log while it runs, its outcome when it has ended. */
export class ProcessWork implements Work {
  readonly #plan: ProcessPlan;
  readonly #paths: AttemptPaths;
  readonly #services: ProcessServices;
  readonly #masker: Masker;
  readonly #recorder: LogRecorder;
  #hasWritten = false;
  #cache: ProcessPlan["cache"];

  constructor(plan: ProcessPlan, paths: AttemptPaths, services: ProcessServices) {
    this.#plan = plan;
    this.#cache = plan.cache;
    this.#paths = paths;
    this.#services = services;
    this.#masker = maskerFor(plan.secrets);
    this.#recorder = services.logs.recorderOf({
      raw: needsRawLog(plan) ? this.#paths.rawLog : null,
      shown: this.#paths.log,
      index: this.#paths.index,
      maxBytes: plan.logMaxBytes,
      drop: plan.logDrop,
      masker: this.#masker,
    });
  }

  get log(): RecordedLog {
    return this.#recorder;
  }

  get kept(): KeptFiles {
    return this.#paths;
  }

  /** What the process found restored. */
  fetched(cache: NonNullable<ProcessPlan["cache"]>): void {
    this.#cache = cache;
  }

  started(limitPassed: (message: string) => void): void {
    this.#recorder.begin(limitPassed);
  }

  finish(
    end: AttemptEnd,
    process: StartedProcess | null,
    usage: Value,
  ): AttemptEnding | Promise<AttemptEnding> {
    const logEnd = this.#recorder.end();
    const isShort = logEnd === null && this.#plan.artifacts.length === 0 && this.#cache === undefined;
    if (isShort) return this.#settle(end, process, usage, []);
    return this.#finishSlowly(logEnd, end, process, usage);
  }

  forget(): void {
    if (!this.#hasWritten) return;
    rmSync(this.#paths.outputFile, { force: true });
    rmSync(this.#paths.summaryInput, { force: true });
    rmSync(this.#paths.growthFile, { force: true });
  }

  async #finishSlowly(
    logEnd: Promise<string | null> | null,
    end: AttemptEnd,
    process: StartedProcess | null,
    usage: Value,
  ): Promise<AttemptEnding> {
    // Of what has secrets the log is a copy: its end is never the short one.
    const notes = this.#plan.secrets.length > 0 ? this.#removeCredentials() : [];
    const logProblem = await logEnd;
    const problems = logProblem === null ? [] : [logProblem];
    const settled = this.#settle(end, process, usage, problems);
    const ending = await this.#withCache(settled);
    const { cwd, artifacts } = this.#plan;
    if (artifacts.length > 0 && end.kind !== "lost")
      notes.push(...(await collectArtifacts(cwd, artifacts, this.#paths.artifacts)));
    // What could not be taken or removed does not change what the task has done.
    return notes.length === 0 ? ending : { ...ending, message: this.#words([ending.message, ...notes]) };
  }

  /** What was killed has removed nothing. Answers with what is wrong. */
  #removeCredentials(): string[] {
    const folder = `${this.#paths.scratch}/${CREDENTIALS_FOLDER}`;
    try {
      rmSync(folder, { recursive: true, force: true });
      return [];
    } catch (reason) {
      const why = reason instanceof Error ? reason.message : String(reason);
      return [`the folder for its credentials could not be removed, remove it by hand: ${folder} (${why})`];
    }
  }

  /** Saved before the end is told: what it says of the cache must be a fact. */
  async #withCache(ending: AttemptEnding): Promise<AttemptEnding> {
    const cache = this.#cache;
    if (cache === undefined) return ending;
    const { run, wish, fetched } = cache;
    const facts =
      ending.outcome === "succeeded"
        ? await this.#services.caches.save({ run, job: this.#plan.job }, wish, fetched)
        : fetched.facts;
    const cost =
      typeof ending.usage === "object" && ending.usage !== null ? Object.entries(ending.usage) : [];
    return { ...ending, usage: { ...Object.fromEntries(cost), cache: valueOf(facts, this.#masker) } };
  }

  #settle(
    end: AttemptEnd,
    process: StartedProcess | null,
    usage: Value,
    problems: readonly string[],
  ): AttemptEnding {
    const left = readLeftBehind(this.#paths, this.#masker);
    const isClean = end.kind === "exited" && end.exit.survivors.length === 0;
    this.#services.artifacts.settle(
      this.#plan.folder,
      this.#plan.artifactsAt,
      this.#paths.artifacts,
      isClean,
    );
    this.#hasWritten = left.exists;
    const verdict = this.#verdictOf(end);
    const judged = this.#judge(verdict, [...problems, ...left.problems], left.outputs);
    return {
      outcome: judged.outcome,
      startedAt: process?.startedAt ?? null,
      exitCode: judged.exitCode,
      message: judged.message,
      outputs: left.outputs,
      growth: judged.outcome === "succeeded" ? left.growth : "",
      survivors: end.kind === "lost" ? [] : end.exit.survivors,
      usage,
      stopMeans: process?.stopMeans ?? "",
    };
  }

  /** A process may print too much and end before anybody could stop it. */
  #verdictOf(end: AttemptEnd): Verdict {
    const verdict = verdictOf(end, this.#plan.successCodes);
    const { excess } = this.#recorder;
    return excess === null || end.kind !== "exited"
      ? verdict
      : { ...verdict, outcome: "limit", message: excess };
  }

  /** A success with unreadable or missing outputs is a failure: those who need them could not go on. */
  #judge(verdict: Verdict, problems: readonly string[], outputs: Readonly<Record<string, Value>>): Verdict {
    const missing = this.#plan.outputs.filter((name) => !Object.hasOwn(outputs, name));
    const reasons = [...problems];
    if (missing.length > 0 && problems.length === 0 && verdict.outcome === "succeeded") {
      reasons.push(
        `it exited with ${verdict.exitCode ?? 0}, but did not write the declared ${missing.length === 1 ? "output" : "outputs"} ${missing.join(", ")} to $GAIA_OUTPUT`,
      );
    }
    if (verdict.outcome !== "succeeded" || reasons.length === 0) {
      return { ...verdict, message: this.#words([verdict.message, ...reasons]) };
    }
    return { outcome: "failed", exitCode: verdict.exitCode, message: this.#words(reasons) };
  }

  #words(parts: readonly string[]): string {
    const text = this.#masker.text(parts.filter((part) => part !== "").join("; "));
    const { messageCharacters } = LIMITS;
    return text.length <= messageCharacters ? text : `${text.slice(0, messageCharacters - 1)}…`;
  }
}

/** Paths and words of the system may stand in the note. */
function valueOf(facts: CacheFacts, masker: Masker): Value {
  return {
    ...facts,
    note: masker.text(facts.note).slice(0, LIMITS.messageCharacters),
    from: masker.text(facts.from),
  };
}
