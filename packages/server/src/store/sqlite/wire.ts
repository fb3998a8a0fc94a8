import type {
  Actor,
  Commit,
  CommitStatusRow,
  DeliveryRow,
  PipelineRow,
  ProgramChange,
  RunSummary,
  RunWrite,
  SecretChange,
  TriggerRow,
} from "../port.ts";
import type { RunDetails } from "./rows.ts";

/**
 * A commit on its way to the writer's thread: strings and numbers only. Bodies become JSON here, once; the thread
 * binds them as they are. (A structured clone of the objects costs both sides more than this.)
 */
export interface WireCommit {
  readonly runs: readonly WireRun[];
  readonly pipelines: readonly WirePipeline[];
  readonly triggers: readonly WireTrigger[];
  readonly removedTriggers: readonly string[];
  readonly deliveries: readonly DeliveryRow[];
  readonly programs: readonly WireProgramChange[];
  readonly secrets: readonly SecretChange[];
  readonly commitStatuses: readonly WireCommitStatus[];
  readonly answers: readonly WireAnswer[];
  readonly notes: readonly WireNote[];
}

export interface WireRun {
  readonly id: string;
  readonly namespace: string;
  readonly expectedVersion: number;
  readonly status: string;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly tookMs: number | null;
  readonly header: string;
  readonly created: WireFacts | null;
  readonly graph: { readonly first: number; readonly jobs: number; readonly body: string } | null;
  readonly jobs: readonly WireJob[];
  readonly events: readonly WireEvent[];
}

export interface WireFacts {
  readonly pipeline: string;
  readonly pipelineVersion: number;
  readonly number: number;
  readonly trigger: string;
  readonly startedBy: string;
  readonly retryOf: string | null;
  readonly parent: string | null;
  readonly definition: string;
  /** What lists do not show. */
  readonly details: string;
  /** The facts without these two. */
  readonly body: string;
}

/** number, status, body */
export type WireJob = readonly [number, string, string];

/** seq, at, actor's kind, id and via, version, body */
export type WireEvent = readonly [number, number, string, string, string, number, string];

/** namespace, at, actor's kind, id and via, kind, subject, body */
export type WireNote = readonly [string, number, string, string, string, string, string, string];

export interface WirePipeline {
  readonly namespace: string;
  readonly name: string;
  readonly version: number;
  readonly kind: string;
  readonly hash: string;
  readonly source: string;
  readonly definition: string;
  readonly origin: string | null;
  readonly commit: PipelineRow["commit"];
  readonly at: number;
  readonly actor: Actor;
  readonly paused: number;
  readonly removedAt: number | null;
}

export interface WireTrigger {
  readonly id: string;
  readonly namespace: string;
  readonly pipeline: string;
  readonly kind: string;
  readonly spec: string;
  readonly lastAt: number | null;
  readonly nextAt: number | null;
  readonly paused: number;
}

export type WireProgramChange =
  | {
      readonly kind: "source";
      readonly namespace: string;
      readonly pipeline: string;
      readonly source: string;
      readonly saidPollMs: number | null;
      readonly firstVersion: number;
      readonly firstBuild: number;
      readonly pinned: number | null;
      readonly former: number | null;
      readonly seen: string | null;
      readonly lastBuild: string | null;
      readonly missingSince: number | null;
    }
  | { readonly kind: "source_removed"; readonly namespace: string; readonly pipeline: string }
  | { readonly kind: "build_ended"; readonly run: string; readonly at: number; readonly body: string }
  | { readonly kind: "build_settled"; readonly run: string };

export interface WireCommitStatus {
  readonly run: string;
  readonly since: number;
  readonly isOpen: number;
  readonly body: string;
}

export interface WireAnswer {
  readonly namespace: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly at: number;
  readonly body: string;
}

/** Takes a picture of the commit: what the caller changes afterwards is not written. */
export function encodeCommit(commit: Commit): WireCommit {
  return {
    runs: commit.runs.map(encodeRun),
    pipelines: (commit.pipelines ?? []).map(encodePipeline),
    triggers: (commit.triggers ?? []).map(encodeTrigger),
    removedTriggers: commit.removedTriggers ?? [],
    deliveries: commit.deliveries ?? [],
    programs: (commit.programs ?? []).map(encodeProgramChange),
    secrets: commit.secrets ?? [],
    commitStatuses: (commit.commitStatuses ?? []).map(encodeCommitStatus),
    answers: (commit.answers ?? []).map((row) => ({
      namespace: row.namespace,
      key: row.key,
      fingerprint: row.fingerprint,
      at: row.at,
      body: json(row.answer),
    })),
    notes: (commit.notes ?? []).map(({ namespace, at, actor, kind, subject, body }) => [
      namespace,
      at,
      actor.kind,
      actor.id,
      actor.via,
      kind,
      subject,
      json(body),
    ]),
  };
}

function encodeRun(run: RunWrite): WireRun {
  const { header, graph } = run;
  return {
    id: run.id,
    namespace: run.namespace,
    expectedVersion: run.expectedVersion,
    status: header.status,
    createdAt: header.createdAt,
    endedAt: header.endedAt,
    tookMs: tookMs(header),
    header: json(header),
    created: run.created === null ? null : encodeFacts(run.created),
    graph: graph === null ? null : { first: graph.first, jobs: graph.jobs.length, body: json(graph.jobs) },
    jobs: run.jobs.map((job) => [job.number, job.status, json(job.state)]),
    events: run.events.map(({ seq, at, actor, version, event }) => [
      seq,
      at,
      actor.kind,
      actor.id,
      actor.via,
      version,
      json(event),
    ]),
  };
}

/** From start to end; null for a run that goes on, or never started. */
function tookMs({ startedAt, endedAt }: RunWrite["header"]): number | null {
  return startedAt === null || endedAt === null ? null : Math.max(0, endedAt - startedAt);
}

function encodeFacts(created: NonNullable<RunWrite["created"]>): WireFacts {
  const { definition, environment, settings, ...facts } = created;
  return {
    pipeline: created.pipeline,
    pipelineVersion: created.pipelineVersion,
    number: created.number,
    trigger: created.trigger,
    startedBy: created.actor.id,
    retryOf: created.retryOf,
    parent: created.parent?.run ?? null,
    definition,
    details: json({ environment, reused: settings.reused } satisfies RunDetails),
    body: json({ ...facts, settings: { ...settings, reused: {} } } satisfies RunSummary["facts"]),
  };
}

function encodePipeline(row: PipelineRow): WirePipeline {
  return { ...row, paused: row.paused ? 1 : 0 };
}

function encodeTrigger(row: TriggerRow): WireTrigger {
  return { ...row, spec: json(row.spec), paused: row.paused ? 1 : 0 };
}

function encodeProgramChange(change: ProgramChange): WireProgramChange {
  switch (change.kind) {
    case "source": {
      const { source, lastBuild, ...row } = change.row;
      const build = lastBuild === null ? null : json(lastBuild);
      return { kind: "source", ...row, source: json(source), lastBuild: build };
    }
    case "build_ended": {
      const { run, at } = change.build;
      return { kind: "build_ended", run, at, body: json(change.build) };
    }
    case "source_removed":
    case "build_settled":
      return change;
  }
}

function encodeCommitStatus(row: CommitStatusRow): WireCommitStatus {
  const { run, since, isOpen } = row;
  return { run, since, isOpen: isOpen ? 1 : 0, body: json(row) };
}

/** `undefined` is not JSON; as a whole body it becomes null. */
function json(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}
