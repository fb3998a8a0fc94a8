import { type Assignment, type AttemptName, LIMITS, runFolder } from "@gaia/contracts";
import {
  type AttemptRef,
  DEFAULT_PRIORITY,
  isHeld,
  type JobState,
  type PlannedWorker,
  Planner,
  type QueueEntry,
  taskValues,
} from "@gaia/core";
import { hash } from "node:crypto";
import type { Batch } from "./batch.ts";
import type { LiveRuns } from "./live-runs.ts";
import type { SecretResolver } from "./options.ts";
import type { HeldRun, WorkerGate } from "./port.ts";

const SYSTEM = { kind: "system", id: "gaia", via: "engine" } as const;

/** Brings queued jobs to workers: the planner decides, this room makes its decisions durable and sends them. */
export class Dispatch {
  readonly planner = new Planner();
  readonly #gate: WorkerGate;
  readonly #secret: SecretResolver;

  constructor(gate: WorkerGate, secret: SecretResolver) {
    this.#gate = gate;
    this.#secret = secret;
  }

  setWorker(worker: PlannedWorker): void {
    this.planner.setWorker(worker);
  }

  removeWorker(id: string): void {
    this.planner.removeWorker(id);
  }

  queue(held: HeldRun, job: number): void {
    const state = held.run.jobs.get(job);
    if (state?.kind === "queued") this.planner.add(entryOf(held, job, state.readyAt));
  }

  /** Jobs that left the queue other than by being assigned. Many at once (a stop) are not searched for one by one. */
  drop(held: HeldRun, jobs: readonly number[]): void {
    if (jobs.length <= 32) {
      for (const job of jobs) this.planner.remove(entryOf(held, job, 0));
      return;
    }
    this.planner.removeRun(held.id);
    for (const [job, state] of held.run.jobs) if (state.kind === "queued") this.queue(held, job);
  }

  release(held: HeldRun, job: number): void {
    this.planner.release(held.id, job);
  }

  /** After a restart: a place that is held stays held. */
  restore(held: HeldRun, job: number, state: JobState): void {
    if (isHeld(state)) this.planner.hold(entryOf(held, job, 0), state.ref.worker);
  }

  forget(held: HeldRun): void {
    this.planner.removeRun(held.id);
    for (const [job, state] of held.run.jobs) if (isHeld(state)) this.planner.release(held.id, job);
  }

  /** As `forget`, of a run that has ended: the worker that has its process may let it go. */
  ended(held: HeldRun): void {
    this.forget(held);
    const home = this.planner.homeOf(held.id);
    if (home !== null) this.#gate.runEnded(home, held.id);
    this.planner.unsettle(held.id);
  }

  /** Assigns what fits. Says how many. */
  assign(batch: Batch, live: LiveRuns, limit: number): number {
    const assignments = this.planner.plan(batch.now, limit);
    for (const { entry, worker } of assignments) {
      const held = live.get(entry.run);
      const result =
        held === undefined
          ? null
          : batch.input(held, { kind: "assign", job: entry.job, worker, at: batch.now }, SYSTEM);
      if (result?.kind !== "accepted") this.planner.release(entry.run, entry.job);
    }
    return assignments.length;
  }

  /**
   * Sends an attempt to its worker; again after a reconnect, if the worker does not know it.
   * @returns why it was not sent: without a secret that it needs, the task would do something else. Null: it was.
   */
  send(held: HeldRun, job: number, ref: AttemptRef): string | null {
    const assignment = this.assignmentOf(held, job, ref);
    if (typeof assignment === "string") return assignment;
    if (assignment !== null) this.#gate.start(ref.worker, [assignment]);
    return null;
  }

  /** A text says why it cannot be sent. */
  assignmentOf(held: HeldRun, number: number, ref: AttemptRef): Assignment | string | null {
    const job = held.run.graph.jobs[number];
    if (job?.work.kind !== "task") return null;
    const { task } = job.work;
    const secrets = this.#secretsOf(held, task.spec);
    if (typeof secrets === "string") return secrets;
    return {
      name: attemptName(held, number, ref),
      key: job.key,
      run_number: String(held.facts.number),
      pipeline: held.facts.pipeline,
      namespace: held.namespace,
      executor: task.executor,
      spec: Buffer.from(JSON.stringify(task.spec)),
      values: taskValues(held.run, number),
      secrets,
      folder: runFolder(held.id, held.run.header.createdAt),
      work_dir: held.facts.workDir,
      timeout_ms: job.policy.timeoutMs ?? 0,
      grace_ms: job.policy.graceMs,
      kill_when_lease_ends: job.policy.onLost === "rerun",
      cpus: task.resources.cpus ?? 0,
      memory_bytes: task.resources.memoryBytes ?? 0,
      strict_limits: task.resources.strict,
      traceparent: traceparent(held, number, ref),
      environment: held.facts.environment,
      log_max_bytes: numberIn(task.spec, "logMaxBytes") ?? LIMITS.logBytes,
      log_drop: isRecord(task.spec) && task.spec["logDrop"] === true,
    };
  }

  /** The newest value of each; a text names the one that cannot be had any more since the run was checked, and why. */
  #secretsOf(held: HeldRun, spec: unknown): Readonly<Record<string, string>> | string {
    const wanted = isRecord(spec) ? spec["secrets"] : undefined;
    if (!isRecord(wanted)) return {};
    const asker = { namespace: held.namespace, pipeline: held.facts.pipeline };
    const values: Record<string, string> = {};
    for (const [variable, name] of Object.entries(wanted)) {
      const secret = typeof name === "string" ? secretName(name, held.run.settings.inputs) : null;
      if (secret === null) return `it needs the secret ${String(name)}, for which the run names none`;
      const found = this.#secret(secret, asker);
      if (found.kind === "refused") return `it needs the secret ${secret}, ${found.why}`;
      values[variable] = found.value;
    }
    return values;
  }
}

/** The name of the secret that a task means: its own, or the one that an input of type secret names. */
export function secretName(wanted: string, inputs: Readonly<Record<string, unknown>>): string | null {
  if (!wanted.startsWith("inputs.")) return wanted;
  const name = inputs[wanted.slice("inputs.".length)];
  return typeof name === "string" ? name : null;
}

export function attemptName(held: HeldRun, job: number, ref: AttemptRef): AttemptName {
  return { run: held.id, job, attempt: ref.attempt, token: ref.token };
}

function entryOf(held: HeldRun, number: number, readyAt: number): QueueEntry {
  const job = held.run.graph.jobs[number];
  return {
    run: held.id,
    job: number,
    namespace: held.namespace,
    pipeline: held.facts.pipeline,
    priority: priorityOf(job?.policy.priority ?? DEFAULT_PRIORITY, held.facts.priority),
    readyAt,
    tags: job?.work.kind === "task" ? job.work.task.tags : [],
    shared: job?.work.kind === "task" ? job.work.task.shared : undefined,
  };
}

/** A run's priority moves all of its tasks up or down; 5 leaves them where they are. */
function priorityOf(task: number, run: number): number {
  return Math.min(10, Math.max(0, task + run - DEFAULT_PRIORITY));
}

/** W3C trace context; the span of an attempt follows from its name, so that a resent assignment carries the same. */
function traceparent(held: HeldRun, job: number, ref: AttemptRef): string {
  const span = hash("sha256", `${held.id}.${job}.${ref.attempt}`).slice(0, 16);
  return `00-${held.facts.traceId}-${span}-01`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function numberIn(value: unknown, key: string): number | null {
  const found = isRecord(value) ? value[key] : undefined;
  return typeof found === "number" ? found : null;
}
