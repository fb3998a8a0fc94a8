import { dirname, join, resolve } from "node:path";
import { existsSync } from "node:fs";
import {
  RUN_TREE,
  TREE_FOLDER,
  CACHE_KEY_VALUE,
  cacheRestoreValue,
  LIMITS,
  logFile,
  processSpec,
  WORK_DIR_VALUE,
  type Assignment,
  type ProcessSpec,
} from "@gaia/contracts";
import type { Json, ResourceLimits } from "@gaia/launcher";
import type { CacheOwner, CacheWish, TaskCaches } from "../../cache/index.ts";
import { FolderCache } from "../../folders.ts";
import type { LogRecorders } from "../../logs/recorders.ts";
import type { Before, Executor, ExecutorHost, Preparation, ProcessStart, Work } from "../executor.ts";
import { ArtifactsPool } from "./artifacts-pool.ts";
import { environmentOf, environmentProblem } from "./environment.ts";
import {
  needsRawLog,
  parsePlan,
  pathsOf,
  planJson,
  scratchIn,
  type AttemptPaths,
  type ProcessPlan,
} from "./plan.ts";
import { ProcessWork } from "./process-work.ts";

/** Runs a command: `Assignment.executor` is `process`, `spec` a `ProcessSpec`. */
export class ProcessExecutor implements Executor {
  readonly name = "process";
  readonly #folders = new FolderCache();
  readonly #artifacts: ArtifactsPool;
  readonly #logs: LogRecorders;
  readonly #caches: TaskCaches;

  /** @param stamp distinguishes this process of the worker from earlier ones */
  constructor(stamp: string, logs: LogRecorders, caches: TaskCaches) {
    this.#caches = caches;
    this.#artifacts = new ArtifactsPool(this.#folders, stamp);
    this.#logs = logs;
  }

  prepare(assignment: Assignment, host: ExecutorHost): Preparation {
    const parsed = specOf(assignment);
    if (typeof parsed === "string") return rejected(parsed);
    const problem = limitsProblem(assignment, host);
    if (problem !== null) return rejected(problem);
    const tooLong = commandProblem(parsed.command);
    if (tooLong !== null) return rejected(tooLong);
    const folder = join(host.logsRoot, assignment.folder);
    if (wasFinished(assignment, folder)) return STARTED_BEFORE;
    const plan = planOf(assignment, parsed, folder, this.#artifacts.take(folder));
    const paths = pathsOf(plan);
    const env = environmentOf(assignment, parsed, plan, paths);
    const tooLarge = environmentProblem(env);
    if (tooLarge !== null) return rejected(tooLarge);
    this.#folders.ensure(paths.scratch);
    // The launcher makes the folder of what the process writes to, which is another one for a raw log.
    if (needsRawLog(plan)) this.#folders.ensure(dirname(paths.log));
    const start: ProcessStart = {
      argv: [...parsed.shell, parsed.command],
      env,
      cwd: plan.cwd,
      logPath: paths.rawLog,
      secret: plan.secrets.length > 0,
      ...limitsOf(assignment),
    };
    const work = this.#workOf(plan, paths);
    const wish = cacheWishOf(assignment, parsed, plan.cwd);
    const before = wish === null ? null : this.#fetchOf(assignment.name, wish, { start, plan, work });
    return { kind: "ready", start, plan: planJson(plan), work, before };
  }

  /** Restores, and tells the process what came of it. */
  #fetchOf(
    { run, job }: CacheOwner,
    wish: CacheWish,
    ready: { readonly start: ProcessStart; readonly plan: ProcessPlan; readonly work: ProcessWork },
  ): Before {
    return async (signal) => {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(LIMITS.cacheMs)]);
      const fetched = await this.#caches.fetch({ run, job }, wish, limited);
      const cache = { run, wish, fetched };
      ready.work.fetched(cache);
      return {
        start: { ...ready.start, env: { ...ready.start.env, GAIA_CACHE: fetched.facts.state } },
        plan: planJson({ ...ready.plan, cache }),
      };
    };
  }

  resume(json: Json): Work {
    const plan = parsePlan(json);
    return this.#workOf(plan, pathsOf(plan));
  }

  #workOf(plan: ProcessPlan, paths: AttemptPaths): ProcessWork {
    const services = { artifacts: this.#artifacts, logs: this.#logs, caches: this.#caches };
    return new ProcessWork(plan, paths, services);
  }
}

/** The spec, or why it cannot be read. */
function specOf(assignment: Assignment): ProcessSpec | string {
  try {
    const parsed = processSpec.safeParse(JSON.parse(Buffer.from(assignment.spec).toString("utf8")));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    return `the server's description of this task cannot be used by this worker: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}; use the same version of Gaia on both`;
  } catch {
    return "the server's description of this task is not JSON; use the same version of Gaia on server and worker";
  }
}

function planOf(assignment: Assignment, spec: ProcessSpec, folder: string, artifactsAt: string): ProcessPlan {
  const workDir = assignment.values[WORK_DIR_VALUE] ?? spec.workDir ?? ".";
  const maxBytes = assignment.log_max_bytes > 0 ? assignment.log_max_bytes : spec.logMaxBytes;
  return {
    folder,
    job: assignment.name.job,
    attempt: assignment.name.attempt,
    cwd: resolve(
      assignment.work_dir === RUN_TREE ? join(scratchIn(folder), TREE_FOLDER) : assignment.work_dir,
      workDir,
    ),
    artifactsAt,
    outputs: spec.outputs,
    artifacts: spec.artifacts,
    successCodes: spec.successCodes,
    logMaxBytes: Math.min(maxBytes, LIMITS.logBytes),
    logDrop: assignment.log_drop || spec.logDrop,
    secrets: [...new Set(Object.values(assignment.secrets))],
  };
}

function cacheWishOf(assignment: Assignment, spec: ProcessSpec, root: string): CacheWish | null {
  const { cache } = spec;
  if (cache === undefined) return null;
  const { values, namespace, pipeline } = assignment;
  const restore = Array.from({ length: cache.restore }, (_, index) => values[cacheRestoreValue(index)] ?? "");
  return {
    root,
    namespace,
    pipeline,
    key: values[CACHE_KEY_VALUE] ?? "",
    paths: cache.paths,
    files: cache.files,
    // An empty value would find any entry.
    restore: restore.filter((prefix) => prefix !== ""),
  };
}

/** `strict: true` means: rather not at all than without the limit. */
function limitsProblem(assignment: Assignment, host: ExecutorHost): string | null {
  if (!assignment.strict_limits) return null;
  if (assignment.memory_bytes > 0 && host.limits.memory !== "enforced") {
    return `resources.strict asks for an enforced memory limit, but on this host memory limits are only ${host.limits.memory}; give the worker a writable memory cgroup, or remove strict`;
  }
  if (assignment.cpus > 0 && host.limits.cpu !== "enforced") {
    return `resources.strict asks for an enforced cpu limit, but on this host cpu limits are only ${host.limits.cpu}; give the worker a writable cpu cgroup, or remove strict`;
  }
  return null;
}

function limitsOf(assignment: Assignment): { readonly limits?: ResourceLimits } {
  const { cpus, memory_bytes: memoryBytes } = assignment;
  if (cpus <= 0 && memoryBytes <= 0) return {};
  return { limits: { ...(cpus > 0 && { cpus }), ...(memoryBytes > 0 && { memoryBytes }) } };
}

function commandProblem(command: string): string | null {
  const bytes = Buffer.byteLength(command, "utf8");
  if (bytes <= LIMITS.commandBytes) return null;
  return `the command takes ${bytes} bytes, more than the limit of ${LIMITS.commandBytes}; put it into a script file`;
}

/**
 * The log that the process writes to is the fence against a second start. A raw log is removed when the shown one is
 * whole, be it empty: then that one stands for it.
 */
function wasFinished({ name, secrets }: Assignment, folder: string): boolean {
  return Object.keys(secrets).length > 0 && existsSync(join(folder, logFile(name.job, name.attempt)));
}

const STARTED_BEFORE: Preparation = {
  kind: "refused",
  outcome: "lost",
  message: "it has been started here before, and nobody knows any more how it ended",
};

function rejected(message: string): Preparation {
  return { kind: "refused", outcome: "rejected", message };
}
