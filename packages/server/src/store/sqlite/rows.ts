import type { Job, JobState, RunHeader, RunStatus } from "@gaia/core";

import type {
  Actor,
  AnswerRow,
  CommitStatusRow,
  DeliveryRow,
  EndedBuild,
  EventRow,
  FeedEntry,
  NoteRow,
  PipelineRow,
  PipelineVersion,
  ProgramSourceRow,
  RunFacts,
  RunSummary,
  SecretRow,
  SecretVersion,
  StoredEvent,
  TriggerRow,
} from "../port.ts";

/**
 * From rows to the port's types. The one place that trusts what is in the file: the writer put it there, from the
 * same types. Rows are plain data, so that they can come from a reader's thread.
 */

export interface SummaryRow {
  readonly id: string;
  readonly namespace: string;
  readonly version: number;
  readonly seq: number;
  readonly job_count: number;
  readonly header: string;
  readonly facts: string;
}

export interface ActorColumns {
  readonly actor_kind: string;
  readonly actor_id: string;
  readonly actor_via: string;
}

export interface StoredEventRow extends ActorColumns {
  /** Null for an event out of a chunk. */
  readonly position: number | null;
  readonly seq: number;
  readonly at: number;
  readonly version: number;
  readonly body: string;
}

export interface FeedEventRow extends StoredEventRow {
  readonly position: number;
  readonly namespace: string;
  readonly run: string;
}

export interface StoredNoteRow extends ActorColumns {
  readonly position: number;
  readonly namespace: string;
  readonly at: number;
  readonly kind: string;
  readonly subject: string;
  readonly body: string;
}

export interface StoredPipelineRow extends ActorColumns {
  readonly namespace: string;
  readonly name: string;
  readonly version: number;
  readonly kind: string;
  readonly hash: string;
  readonly source: string;
  readonly definition: string;
  readonly origin: string | null;
  readonly commit_id: string | null;
  readonly commit_subject: string | null;
  readonly at: number;
  readonly paused: number;
  readonly removed_at: number | null;
}

export interface StoredDeliveryRow {
  readonly trigger_id: string;
  readonly key: string;
  readonly at: number;
  readonly status: string;
  readonly event: string | null;
  readonly message: string;
  readonly run: string | null;
}

export interface StoredTriggerRow {
  readonly id: string;
  readonly namespace: string;
  readonly pipeline: string;
  readonly kind: string;
  readonly spec: string;
  readonly last_at: number | null;
  readonly next_at: number | null;
  readonly paused: number;
}

export interface StoredSourceRow {
  readonly namespace: string;
  readonly pipeline: string;
  readonly source: string;
  readonly said_poll_ms: number | null;
  readonly first_version: number;
  readonly first_build: number;
  readonly pinned_version: number | null;
  readonly former_version: number | null;
  readonly seen: string | null;
  readonly last_build: string | null;
  readonly missing_since: number | null;
}

export interface StoredSecretRow extends ActorColumns {
  readonly namespace: string;
  readonly name: string;
  readonly description: string;
  readonly scopes: string;
  readonly version: number;
  readonly created_at: number;
  readonly updated_at: number;
}

export interface StoredSecretVersionRow extends ActorColumns {
  readonly namespace: string;
  readonly name: string;
  readonly version: number;
  readonly key_id: string;
  readonly wrapped_key: string;
  readonly sealed: string;
  readonly at: number;
}

export interface StoredAnswerRow {
  readonly namespace: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly at: number;
  readonly body: string;
}

export function summaryOf(row: SummaryRow): RunSummary {
  return {
    id: row.id,
    namespace: row.namespace,
    version: row.version,
    seq: row.seq,
    facts: parsed<RunSummary["facts"]>(row.facts),
    header: headerOf(row.header),
    jobCount: row.job_count,
  };
}

/** The facts of a run that its summary lacks. */
export interface RunDetails {
  readonly environment: RunFacts["environment"];
  readonly reused: RunFacts["settings"]["reused"];
}

export function detailsOf(text: string): RunDetails {
  return parsed<RunDetails>(text);
}

export function graphFragmentOf(text: string): readonly Job[] {
  return parsed<readonly Job[]>(text);
}

export function headerOf(text: string): RunHeader {
  return parsed<RunHeader>(text);
}

export function jobStateOf(text: string): JobState {
  return parsed<JobState>(text);
}

export function eventOf(row: StoredEventRow): EventRow {
  const { seq, at, version } = row;
  return { seq, at, actor: actorOf(row), version, event: parsed<EventRow["event"]>(row.body) };
}

export function storedEventOf(run: string, row: StoredEventRow): StoredEvent {
  return { ...eventOf(row), position: row.position, run };
}

export function feedEventOf(row: FeedEventRow): FeedEntry {
  const { position, namespace, run } = row;
  return { kind: "run", position, namespace, run, event: eventOf(row) };
}

export function feedNoteOf(row: StoredNoteRow): FeedEntry {
  const { position, namespace, at, kind, subject } = row;
  const note: NoteRow = {
    namespace,
    at,
    actor: actorOf(row),
    kind,
    subject,
    body: parsed<unknown>(row.body),
  };
  return { kind: "note", position, note };
}

export function pipelineOf(row: StoredPipelineRow): PipelineRow {
  const { source, definition } = row;
  return { ...versionOf(row), source, definition };
}

export function versionOf(row: Omit<StoredPipelineRow, "source" | "definition">): PipelineVersion {
  const { namespace, name, version, hash, origin, at } = row;
  return {
    namespace,
    name,
    version,
    kind: row.kind as PipelineRow["kind"],
    hash,
    origin,
    commit: row.commit_id === null ? null : { id: row.commit_id, subject: row.commit_subject ?? "" },
    at,
    actor: actorOf(row),
    paused: row.paused === 1,
    removedAt: row.removed_at,
  };
}

export function triggerOf(row: StoredTriggerRow): TriggerRow {
  const { id, namespace, pipeline, spec } = row;
  return {
    id,
    namespace,
    pipeline,
    kind: row.kind as TriggerRow["kind"],
    spec: parsed<unknown>(spec),
    lastAt: row.last_at,
    nextAt: row.next_at,
    paused: row.paused === 1,
  };
}

export function deliveryOf({ trigger_id, status, ...row }: StoredDeliveryRow): DeliveryRow {
  return { ...row, trigger: trigger_id, status: status as DeliveryRow["status"] };
}

export function sourceOf(row: StoredSourceRow): ProgramSourceRow {
  return {
    namespace: row.namespace,
    pipeline: row.pipeline,
    // Rows of an earlier Gaia tell no forge, and are told by none.
    source: {
      webhook: null,
      status: null,
      ...parsed<Omit<ProgramSourceRow["source"], "webhook" | "status">>(row.source),
    },
    saidPollMs: row.said_poll_ms,
    firstVersion: row.first_version,
    firstBuild: row.first_build,
    pinned: row.pinned_version,
    former: row.former_version,
    seen: row.seen,
    lastBuild: row.last_build === null ? null : parsed<ProgramSourceRow["lastBuild"]>(row.last_build),
    missingSince: row.missing_since,
  };
}

export function endedBuildOf(row: { readonly body: string }): EndedBuild {
  return parsed<EndedBuild>(row.body);
}

export function commitStatusOf(row: { readonly body: string }): CommitStatusRow {
  return parsed<CommitStatusRow>(row.body);
}

export function secretOf(row: StoredSecretRow): SecretRow {
  const { namespace, name, description, version } = row;
  return {
    namespace,
    name,
    description,
    scopes: parsed<readonly string[]>(row.scopes),
    version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    actor: actorOf(row),
  };
}

export function secretVersionOf(row: StoredSecretVersionRow): SecretVersion {
  const { namespace, name, version, sealed, at } = row;
  return {
    namespace,
    name,
    version,
    keyId: row.key_id,
    wrappedKey: row.wrapped_key,
    sealed,
    at,
    actor: actorOf(row),
  };
}

export function answerOf(row: StoredAnswerRow): AnswerRow {
  const { namespace, key, fingerprint, at, body } = row;
  return { namespace, key, fingerprint, at, answer: parsed<unknown>(body) };
}

export function statusOf(text: string): RunStatus {
  return text as RunStatus;
}

function actorOf(row: ActorColumns): Actor {
  return { kind: row.actor_kind as Actor["kind"], id: row.actor_id, via: row.actor_via };
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the one cast of this file
function parsed<T>(text: string): T {
  return JSON.parse(text) as T;
}
