import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Commit } from "../port.ts";
import { exampleNote, newRun } from "../suite/example.ts";
import { type Connection, openForWriting } from "./database.ts";
import { NO_FOLDER, type TemporaryFolder, temporaryFolder } from "./fixture.ts";
import { type CommitResult, type GroupCommit, groupCommit } from "./group-commit.ts";
import { prepareFile } from "./open-file.ts";
import { encodeCommit } from "./wire.ts";

describe("a group of commits", () => {
  let folder: TemporaryFolder = NO_FOLDER;
  let database: Connection | null = null;
  let group: GroupCommit | null = null;

  beforeEach(async () => {
    folder = temporaryFolder();
    const file = join(folder.path, "gaia.db");
    await prepareFile(file, new URL("./migrations/", import.meta.url), folder.path);
    database = openForWriting(file);
    group = groupCommit(database, file);
    // Stands for a disk that becomes full: the whole transaction is gone, with the commits that were in it.
    database.exec(`create temp trigger lost before insert on note when new.subject = 'lost'
                   begin select raise(rollback, 'the transaction was rolled back'); end`);
  });
  afterEach(() => {
    database?.close();
    folder.remove();
  });

  /** Writes all of them as one group, and says where each begins or why it was refused. */
  function write(commits: readonly Commit[]): readonly (number | string)[] {
    const queue = commits.map(encodeCommit);
    const results: CommitResult[] = [];
    while (queue.length > 0) results.push(...(group?.write(() => queue.shift() ?? null) ?? []));
    return results.map((result) => (result.kind === "done" ? result.position : result.error.code));
  }

  function positions(): readonly unknown[] {
    return (
      database?.prepare("select position from event union select position from note").pluck().all() ?? []
    );
  }

  const run = (number: number): Commit => ({ runs: [newRun({ id: `run_${number}`, facts: { number } })] });
  const lost: Commit = {
    runs: [newRun({ id: "run_lost", facts: { number: 99 } })],
    notes: [exampleNote("lost")],
  };

  it("whose transaction is lost is written one by one: each succeeds or fails alone", () => {
    expect(write([run(1), run(2), lost, run(3), lost, run(4)])).toEqual([1, 2, "internal", 3, "internal", 4]);
    expect(positions()).toEqual([1, 2, 3, 4]);
    expect(write([run(5)])).toEqual([5]);
  });

  it("that is a single one is refused at once", () => {
    expect(write([lost])).toEqual(["internal"]);
    expect(write([run(1)])).toEqual([1]);
  });

  it("leaves out the one that fails by itself, in its place", () => {
    expect(write([run(1), run(1), run(2)])).toEqual([1, "conflict", 2]);
    expect(positions()).toEqual([1, 2]);
  });

  it("for which there is no room is refused, and goes through when there is", () => {
    database?.pragma("max_page_count = 60");
    const noise = Array.from({ length: 60_000 }, () => Math.random().toString(36).slice(2, 10)).join("");
    const big: Commit = { runs: [newRun({ id: "run_9", facts: { number: 9, definition: noise } })] };
    expect(write([run(1), big, run(2)])).toEqual([1, "storage_full", 2]);
    database?.pragma("max_page_count = 100000");
    expect(write([big])).toEqual([3]);
    expect(positions()).toEqual([1, 2, 3]);
  });

  it("is closed when it is long enough, and the rest comes in the next", () => {
    const queue = Array.from({ length: 30 }, (_, index) =>
      encodeCommit({ runs: [newRun({ id: `run_${index}`, events: 100, facts: { number: index + 1 } })] }),
    );
    const first = group?.write(() => queue.shift() ?? null) ?? [];
    expect(first.length).toBeLessThanOrEqual(5);
    expect(queue.length).toBe(30 - first.length);
  });
});
