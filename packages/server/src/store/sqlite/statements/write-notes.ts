import { GaiaError } from "@gaia/contracts/errors.ts";

import type { Connection } from "../database.ts";
import type { WireAnswer, WireNote } from "../wire.ts";

/** For so long the same idempotency key is the same request. */
export const ANSWER_KEPT_MS = 24 * 3_600_000;

/** What is not about one run: notes, and answers to requests that may be repeated. */
export interface NoteWriter {
  note(note: WireNote, position: number): void;
  answer(answer: WireAnswer): void;
}

export function noteWriter(database: Connection): NoteWriter {
  const insertNote = database.prepare<[number, ...WireNote]>(`
    insert into note (position, namespace, at, actor_kind, actor_id, actor_via, kind, subject, body)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const findAnswer = database.prepare<[string, string], { fingerprint: string; at: number }>(
    "select fingerprint, at from answer where namespace = ? and key = ?",
  );
  const putAnswer = database.prepare<[string, string, string, number, string]>(
    "insert or replace into answer (namespace, key, fingerprint, at, body) values (?, ?, ?, ?, ?)",
  );
  return {
    note(note, position) {
      insertNote.run(position, ...note);
    },
    answer({ namespace, key, fingerprint, at, body }) {
      const former = findAnswer.get(namespace, key);
      if (former !== undefined && at - former.at < ANSWER_KEPT_MS)
        throw taken(key, former.fingerprint === fingerprint);
      putAnswer.run(namespace, key, fingerprint, at, body);
    },
  };
}

function taken(key: string, sameRequest: boolean): GaiaError {
  return sameRequest
    ? new GaiaError("conflict", `The request with idempotency key "${key}" was answered already.`, { key })
    : new GaiaError(
        "idempotency_conflict",
        `The idempotency key "${key}" was used for another request. Use a new key.`,
        { key },
      );
}
