import { LIMITS } from "@gaia/contracts";
import type { AttemptEnd, AttemptEnding, StartedProcess, Value } from "@gaia/core";
import type { JobOutcome } from "@gaia/program";
import { maskedValue } from "../../logs/masked-value.ts";
import { type Masker, maskerFor } from "../../logs/masker.ts";
import type { LogRecorder, RecordedLog } from "../../logs/recorder.ts";
import type { LogRecorders } from "../../logs/recorders.ts";
import type { KeptFiles } from "../../shipping/kept-files.ts";
import type { Work } from "../executor.ts";
import { verdictOf } from "../process/outcome.ts";
import { type Judgement, judge } from "./judgement.ts";

export interface ProgramPaths extends KeptFiles {
  readonly log: string;
  readonly index: string;
}

/** How a call came to its end, as far as the process tells. */
export type CallEnd =
  | { readonly kind: "outcome"; readonly outcome: JobOutcome }
  /** The process was ended for the sake of another job, or with its launcher. */
  | { readonly kind: "lost"; readonly message: string }
  /** The program could not be started, or it cannot be called. */
  | { readonly kind: "failed"; readonly message: string };

/** The worker's side of one call of a job: its log while it runs, its outcome when it has ended. */
export class ProgramWork implements Work {
  readonly #paths: ProgramPaths;
  readonly #recorder: LogRecorder;
  #masker: Masker;
  #end: CallEnd | null = null;
  #logProblem: string | null = null;

  constructor(paths: ProgramPaths, maxBytes: number, secrets: readonly string[], logs: LogRecorders) {
    this.#paths = paths;
    this.#masker = maskerFor(secrets);
    this.#recorder = logs.recorderOf({
      // What is written there is masked already.
      raw: null,
      shown: paths.log,
      index: paths.index,
      maxBytes,
      drop: false,
      masker: maskerFor([]),
    });
  }

  get log(): RecordedLog {
    return this.#recorder;
  }

  get kept(): KeptFiles {
    return this.#paths;
  }

  /** Knows the secrets of this attempt, at least. */
  get masker(): Masker {
    return this.#masker;
  }

  started(limitPassed: (message: string) => void): void {
    this.#recorder.begin(limitPassed);
  }

  /** @param masker knows all secrets of the process */
  settle(end: CallEnd, logProblem: string | null, masker: Masker | null): void {
    this.#end = end;
    this.#logProblem = logProblem;
    this.#masker = masker ?? this.#masker;
  }

  finish(
    end: AttemptEnd,
    process: StartedProcess | null,
    usage: Value,
  ): AttemptEnding | Promise<AttemptEnding> {
    const logEnd = this.#recorder.end();
    const settle = (problem: string | null): AttemptEnding => this.#endingOf(end, process, usage, problem);
    return logEnd === null ? settle(null) : logEnd.then(settle);
  }

  forget(): void {
    // What people may see stays; nothing else was written.
  }

  #endingOf(
    end: AttemptEnd,
    process: StartedProcess | null,
    usage: Value,
    logProblem: string | null,
  ): AttemptEnding {
    const judgement = this.#judgementOf(end);
    const parts = [judgement.message, this.#logProblem ?? "", logProblem ?? ""];
    const message = parts.filter((part) => part !== "").join("; ");
    return {
      outcome: judgement.outcome,
      startedAt: process?.startedAt ?? null,
      exitCode: judgement.exitCode,
      message: this.#masker.text(message).slice(0, LIMITS.messageCharacters),
      outputs: maskedOutputs(judgement.outputs, this.#masker),
      growth: growthText(judgement.growth, this.#masker),
      survivors: end.kind === "lost" ? [] : end.exit.survivors,
      usage,
      stopMeans: process?.stopMeans ?? "",
      ...(judgement.verdict !== undefined && { verdict: judgement.verdict }),
    };
  }

  #judgementOf(end: AttemptEnd): Judgement {
    const { excess } = this.#recorder;
    if (end.kind !== "exited" || this.#end === null)
      return { ...verdictOf(end, []), outputs: {}, growth: [] };
    if (excess !== null)
      return { outcome: "limit", exitCode: null, message: excess, outputs: {}, growth: [] };
    return judge(this.#end);
  }
}

function maskedOutputs(outputs: Judgement["outputs"], masker: Masker): Judgement["outputs"] {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [masker.text(name), maskedValue(value, masker)]),
  );
}

/** As it is reported. Who adds a job may have put a secret into whatever it says itself: all but the function's number. */
function growthText(growth: Judgement["growth"], masker: Masker): string {
  if (growth.length === 0) return "";
  const masked: Judgement["growth"] = growth.map(({ title, job, arguments: given, dependsOn }) => ({
    title: masker.text(title),
    job,
    arguments: Object.fromEntries(
      Object.entries(given).map(([key, value]) => [masker.text(key), masker.text(value)]),
    ),
    dependsOn: dependsOn.map((dependency) => masker.text(dependency)),
  }));
  return JSON.stringify(masked);
}
