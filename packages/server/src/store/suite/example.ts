import type { Job, JobState, JobStatus, RunHeader, RunStatus } from "@gaia/core";

import type {
  Actor,
  DeliveryRow,
  EventRow,
  JobRow,
  NoteRow,
  PipelineRow,
  RunFacts,
  RunWrite,
  Store,
  TriggerRow,
} from "../port.ts";

/** Data for tests: whole and consistent, as the engine writes it. */

export const ACTOR: Actor = { kind: "user", id: "local", via: "cli" };
export const SPACE = "default";

export function exampleJob(key: string, dependencies: readonly number[] = []): Job {
  return {
    key,
    name: key,
    work: {
      kind: "task",
      task: {
        executor: "process",
        spec: { command: `echo ${key}` },
        bindings: {},
        secrets: [],
        tags: [],
        resources: { cpus: null, memoryBytes: null, strict: false },
      },
    },
    dependencies,
    joins: [],
    condition: null,
    policy: {
      retry: { attempts: 1, initialMs: 1_000, factor: 2, maxMs: 300_000, jitter: 0.2, on: [] },
      timeoutMs: null,
      onError: "fail",
      onLost: "wait",
      priority: 5,
      graceMs: 10_000,
    },
    final: false,
    grownBy: null,
    memberOf: null,
    item: null,
  };
}

export function exampleFacts(given: Partial<RunFacts> = {}): RunFacts {
  return {
    pipeline: "build",
    pipelineVersion: 1,
    number: 1,
    definition: JSON.stringify({ name: given.pipeline ?? "build", tasks: ["zażółć", "\u{1f600}", "\u0000"] }),
    definitionHash: "sha256:0",
    settings: {
      seed: "seed",
      logicVersion: 1,
      inputs: { text: "gęślą \u0000 jaźń" },
      variables: {},
      timeoutMs: null,
      failFast: false,
      outputs: {},
      maxJobs: 100,
      reused: {},
    },
    actor: ACTOR,
    trigger: "manual",
    traceId: "0123456789abcdef0123456789abcdef",
    retryOf: null,
    parent: null,
    group: null,
    priority: 5,
    labels: { team: "core" },
    workDir: "/srv",
    environment: { PATH: "/usr/bin" },
    ...given,
  };
}

/** Settings of a run that takes a result over. */
export function exampleReuse(): Pick<RunFacts, "settings"> {
  const reused = { "job-0": { run: "run_o", outputs: { url: "https://example.org" } } };
  return { settings: { ...exampleFacts().settings, reused } };
}

/** A header whose counts say: so many jobs, of which these were touched. */
export function exampleHeader(
  status: RunStatus,
  createdAt: number,
  jobs: number,
  touched: readonly JobStatus[] = [],
): RunHeader {
  const counts: Record<JobStatus, number> = {
    pending: jobs - touched.length,
    queued: 0,
    running: 0,
    waiting: 0,
    stopping: 0,
    completed: 0,
    failed: 0,
    skipped: 0,
    cancelled: 0,
  };
  for (const one of touched) counts[one] += 1;
  return {
    status,
    reason: { kind: "none" },
    createdAt,
    startedAt: status === "pending" ? null : createdAt + 1,
    endedAt: isEndedStatus(status) ? createdAt + 10 : null,
    dueAt: null,
    phase: "main",
    stop: null,
    nextToken: 1 + touched.length,
    counts,
    open: jobs,
    failed: [],
    failedCount: 0,
    survivors: [],
    outputs: {},
  };
}

export function isEndedStatus(status: RunStatus): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

export function exampleState(status: "queued" | "completed", at: number): JobState {
  const past = { attempts: 1, failures: 0, losses: 0 };
  return status === "queued"
    ? { kind: "queued", past, readyAt: at }
    : {
        kind: "completed",
        past,
        startedAt: at,
        endedAt: at + 1,
        outputs: {},
        reason: { kind: "succeeded" },
        members: null,
      };
}

export function exampleJobRow(number: number, status: "queued" | "completed", at = 1_000): JobRow {
  return { number, status, state: exampleState(status, at) };
}

export function exampleEvent(seq: number, at = 1_000): EventRow {
  return { seq, at, actor: ACTOR, version: 1, event: { kind: "job.queued", job: 0, attempt: seq } };
}

export function exampleNote(subject: string, at = 1_000): NoteRow {
  return {
    namespace: SPACE,
    at,
    actor: ACTOR,
    kind: "pipeline.created",
    subject,
    body: { why: ["test", null, 1.5] },
  };
}

export interface ExampleRun {
  readonly id: string;
  readonly namespace?: string;
  readonly status?: RunStatus;
  readonly createdAt?: number;
  readonly jobs?: number;
  readonly events?: number;
  /** Of a run that has ended. */
  readonly tookMs?: number;
  readonly facts?: Partial<RunFacts>;
}

/** The commit that creates a run. */
export function newRun(given: ExampleRun): RunWrite {
  const { id, namespace = SPACE, status = "pending", createdAt = 1_000, jobs = 2, events = 1 } = given;
  const header = exampleHeader(status, createdAt, jobs);
  const endedAt = header.endedAt === null ? null : createdAt + 1 + (given.tookMs ?? 9);
  return {
    id,
    namespace,
    expectedVersion: 0,
    created: exampleFacts(given.facts),
    header: { ...header, endedAt },
    graph: { first: 0, jobs: Array.from({ length: jobs }, (_, index) => exampleJob(`job-${index}`)) },
    jobs: [],
    events: Array.from({ length: events }, (_, index) => exampleEvent(index + 1, createdAt)),
  };
}

export interface ExampleStep {
  readonly id: string;
  readonly namespace?: string;
  readonly version: number;
  readonly header: RunHeader;
  readonly jobs?: readonly JobRow[];
  readonly events?: readonly EventRow[];
  readonly graph?: RunWrite["graph"];
}

/** A commit that goes on with a run. */
export function nextWrite({
  id,
  namespace = SPACE,
  version,
  header,
  jobs = [],
  events = [],
  graph = null,
}: ExampleStep): RunWrite {
  return { id, namespace, expectedVersion: version, created: null, header, graph, jobs, events };
}

export async function createRuns(store: Store, runs: readonly ExampleRun[]): Promise<void> {
  await store.commit({ runs: runs.map(newRun) });
}

/** A run of two jobs, both completed, that has ended: version 2, three events. */
export async function endedRun(store: Store, given: ExampleRun): Promise<void> {
  const createdAt = given.createdAt ?? 1_000;
  await store.commit({ runs: [newRun({ ...given, jobs: 2, status: "pending" })] });
  await store.commit({
    runs: [
      nextWrite({
        id: given.id,
        ...(given.namespace === undefined ? {} : { namespace: given.namespace }),
        version: 1,
        header: exampleHeader(given.status ?? "completed", createdAt, 2, ["completed", "completed"]),
        jobs: [exampleJobRow(0, "completed", createdAt), exampleJobRow(1, "completed", createdAt)],
        events: [exampleEvent(2, createdAt), exampleEvent(3, createdAt)],
      }),
    ],
  });
}

export function examplePipeline(
  name: string,
  version: number,
  given: Partial<PipelineRow> = {},
): PipelineRow {
  return {
    namespace: SPACE,
    name,
    version,
    kind: "workflow",
    hash: `hash-${version}`,
    source: `name: ${name} # ${version}\n`.repeat(100),
    definition: JSON.stringify({ name, version }),
    origin: null,
    commit: null,
    at: 1_000 + version,
    actor: ACTOR,
    paused: false,
    removedAt: null,
    ...given,
  };
}

export function exampleTrigger(id: string, given: Partial<TriggerRow> = {}): TriggerRow {
  return {
    id,
    namespace: SPACE,
    pipeline: "build",
    kind: "cron",
    spec: { expression: "0 * * * *", zone: "Europe/Warsaw" },
    lastAt: null,
    nextAt: 2_000,
    paused: false,
    ...given,
  };
}

export function exampleDelivery(key: string, given: Partial<DeliveryRow> = {}): DeliveryRow {
  return {
    trigger: "trg_1",
    key,
    at: 1_000,
    status: "started",
    event: "push",
    message: "",
    run: "run_1",
    ...given,
  };
}
