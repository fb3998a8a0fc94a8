import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  type Assignment,
  BUILD_FILE,
  BUILDS_FOLDER,
  LIMITS,
  logFile,
  logIndexFile,
  outputsValue,
  type ProgramSpec,
  programSpec,
  summaryFile,
  artifactsFolder,
} from "@gaia/contracts";
import type { JobCall, JobOutputs } from "@gaia/program";
import { FolderCache } from "../../folders.ts";
import type { LogRecorders } from "../../logs/recorders.ts";
import type { Programs } from "../../programs/programs.ts";
import type { ProgramWish } from "../../programs/run-process.ts";
import type { ServerRequests } from "../../programs/server-requests.ts";
import type { Executor, ExecutorHost, Preparation, Work } from "../executor.ts";
import { ProgramCall } from "./program-call.ts";
import { ProgramWork } from "./program-work.ts";

export interface ProgramExecutorOptions {
  /** In which built programs lie. */
  readonly home: string;
  readonly programs: Programs;
  readonly requests: ServerRequests;
  readonly logs: LogRecorders;
}

/** Performs jobs of pipeline programs: `Assignment.executor` is `program`, `spec` a `ProgramSpec`. */
export class ProgramExecutor implements Executor {
  readonly name = "program";
  readonly #options: ProgramExecutorOptions;
  readonly #folders = new FolderCache();

  constructor(options: ProgramExecutorOptions) {
    this.#options = options;
  }

  prepare(assignment: Assignment, host: ExecutorHost): Preparation {
    const spec = specOf(assignment);
    if (typeof spec === "string") return rejected(spec);
    const build = join(this.#options.home, BUILDS_FOLDER, spec.build);
    if (!existsSync(join(build, BUILD_FILE))) return rejected(goneText(assignment.pipeline));
    const { job, attempt } = assignment.name;
    const folder = join(host.logsRoot, assignment.folder);
    const paths = {
      log: join(folder, logFile(job, attempt)),
      index: join(folder, logIndexFile(job, attempt)),
      summary: join(folder, summaryFile(job, attempt)),
      artifacts: join(folder, artifactsFolder(job, attempt)),
    };
    this.#folders.ensure(join(paths.log, ".."));
    const maxBytes = Math.min(assignment.log_max_bytes || spec.logMaxBytes, LIMITS.logBytes);
    const work = new ProgramWork(paths, maxBytes, Object.values(assignment.secrets), this.#options.logs);
    const call = new ProgramCall({
      name: assignment.name,
      wish: wishOf(assignment, spec, build),
      call: callOf(assignment, spec),
      secrets: Object.values(assignment.secrets),
      logPath: paths.log,
      work,
      programs: this.#options.programs,
      requests: this.#options.requests,
    });
    return { kind: "ready", start: call, plan: null, work, before: null };
  }

  /** Calls are never taken up: who made them is gone, and with it the process. */
  resume(): Work {
    throw new Error("a call of a program cannot be taken up");
  }
}

function specOf(assignment: Assignment): ProgramSpec | string {
  const parsed = programSpec.safeParse(JSON.parse(Buffer.from(assignment.spec).toString("utf8")));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `the server's description of this job cannot be used by this worker: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}; use the same version of Gaia on both`;
}

function goneText(pipeline: string): string {
  return `what was built for this version of \`${pipeline}\` is not on this worker any more; build it again: gaia pipeline build ${pipeline}`;
}

function wishOf({ environment }: Assignment, { build, command }: ProgramSpec, folder: string): ProgramWish {
  return {
    build,
    command: {
      file: command.file.includes("/") ? resolve(folder, command.file) : command.file,
      args: command.args,
      folder: join(folder, command.folder),
    },
    environment: { ...environment, ...command.environment },
  };
}

function callOf(assignment: Assignment, spec: ProgramSpec): JobCall {
  const { values, secrets, name, pipeline } = assignment;
  const plain = spec.arguments.map((key) => ({ key, value: values[key] ?? "" }));
  const vault = Object.keys(spec.secrets).map((key) => ({ key, value: secrets[key] ?? "" }));
  const outputs = spec.dependencies.map((title, index): [string, JobOutputs] => [
    title,
    JSON.parse(values[outputsValue(index)] || "{}") as JobOutputs,
  ]);
  return {
    job: spec.job,
    title: spec.title,
    values: [...plain, ...vault],
    outputs: Object.fromEntries(outputs),
    run: name.run,
    pipeline,
    attempt: name.attempt,
  };
}

function rejected(message: string): Preparation {
  return { kind: "refused", outcome: "rejected", message };
}
