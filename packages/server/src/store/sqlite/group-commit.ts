import type { GaiaError } from "@gaia/contracts/errors.ts";

import type { Connection } from "./database.ts";
import { storageError } from "./failure.ts";
import { commitStatusWriter } from "./statements/write-commit-statuses.ts";
import { noteWriter } from "./statements/write-notes.ts";
import { pipelineWriter } from "./statements/write-pipelines.ts";
import { programWriter } from "./statements/write-programs.ts";
import { secretWriter } from "./statements/write-secrets.ts";
import { runWriter } from "./statements/write-runs.ts";
import type { WireCommit } from "./wire.ts";

/** A group is closed at this many events: past it, a further one costs as much in the next group. */
const GROUP_EVENTS = 500;

/** Or when so much time went into it: who came first should not wait for who came last. */
const GROUP_MS = 5;

export type CommitResult = { readonly kind: "done"; readonly position: number } | Refusal;

interface Refusal {
  readonly kind: "refused";
  readonly error: GaiaError;
}

/** Takes commits until it answers null; called while the group is open, so that what has just arrived joins it. */
export type TakeCommit = () => WireCommit | null;

/** Writes what is queued as one transaction, in which each commit succeeds or fails alone. */
export interface GroupCommit {
  /** One result per commit taken, in order, when all of them are durable. */
  write(take: TakeCommit): readonly CommitResult[];
}

export function groupCommit(database: Connection, file: string): GroupCommit {
  const begin = database.prepare("begin immediate");
  const commit = database.prepare("commit");
  const rollback = database.prepare("rollback");
  const savepoint = database.prepare("savepoint one");
  const release = database.prepare("release one");
  const rollbackOne = database.prepare("rollback to one");
  const apply = commitWriter(database);
  let nextPosition = lastPosition(database) + 1;

  function refusal(reason: unknown): Refusal {
    return { kind: "refused", error: storageError(reason, "write to", file) };
  }

  function undo(): void {
    if (database.inTransaction) rollback.run();
  }

  /** Within the group's transaction, undone alone when it fails. */
  function applyOne(wire: WireCommit, position: number): number {
    savepoint.run();
    try {
      const next = apply(wire, position);
      release.run();
      return next;
    } catch (error) {
      // A full disk may have ended the whole transaction, the savepoint with it: then the group is retried one by one.
      if (database.inTransaction) {
        rollbackOne.run();
        release.run();
      }
      throw error;
    }
  }

  function writeAlone(wire: WireCommit): CommitResult {
    try {
      begin.run();
      const next = apply(wire, nextPosition);
      commit.run();
      const position = nextPosition;
      nextPosition = next;
      return { kind: "done", position };
    } catch (error) {
      undo();
      return refusal(error);
    }
  }

  function writeGroup(taken: WireCommit[], take: TakeCommit): readonly CommitResult[] {
    const startedMs = performance.now();
    const results: CommitResult[] = [];
    let position = nextPosition;
    begin.run();
    let wire = taken[0] ?? null;
    while (wire !== null) {
      try {
        const next = applyOne(wire, position);
        results.push({ kind: "done", position });
        position = next;
      } catch (error) {
        if (!database.inTransaction) throw error;
        results.push(refusal(error));
      }
      const isFull = position - nextPosition >= GROUP_EVENTS || performance.now() - startedMs >= GROUP_MS;
      wire = isFull ? null : take();
      if (wire !== null) taken.push(wire);
    }
    commit.run();
    nextPosition = position;
    return results;
  }

  return {
    write(take) {
      const first = take();
      if (first === null) return [];
      const taken = [first];
      try {
        return writeGroup(taken, take);
      } catch (error) {
        undo();
        return taken.length === 1 ? [refusal(error)] : taken.map(writeAlone);
      }
    },
  };
}

/** Writes one commit within the caller's transaction, answers with the first position that is left. */
function commitWriter(database: Connection): (wire: WireCommit, position: number) => number {
  const runs = runWriter(database);
  const notes = noteWriter(database);
  const pipelines = pipelineWriter(database);
  const writeProgram = programWriter(database);
  const writeSecret = secretWriter(database);
  const writeCommitStatus = commitStatusWriter(database);
  return (wire, firstPosition) => {
    let position = firstPosition;
    for (const run of wire.runs) position = runs.write(run, position);
    for (const note of wire.notes) notes.note(note, position++);
    for (const row of wire.pipelines) pipelines.pipeline(row);
    for (const id of wire.removedTriggers) pipelines.removeTrigger(id);
    for (const row of wire.triggers) pipelines.trigger(row);
    for (const row of wire.deliveries) pipelines.delivery(row);
    for (const change of wire.programs) writeProgram(change);
    for (const change of wire.secrets) writeSecret(change);
    for (const row of wire.commitStatuses) writeCommitStatus(row);
    for (const row of wire.answers) notes.answer(row);
    return position;
  };
}

/** The last position ever given: of a row that is there, or of one that was removed. */
function lastPosition(database: Connection): number {
  const row = database
    .prepare<[], { last: number }>(`
      select max((select value from meta where name = 'feed_floor'),
                 coalesce((select max(position) from event), 0),
                 coalesce((select max(position) from note), 0)) as last`)
    .get();
  return row?.last ?? 0;
}
