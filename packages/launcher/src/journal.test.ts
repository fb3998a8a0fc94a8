import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type EndedRecord,
  type IncarnationRecord,
  Journal,
  readJournal,
  type StartedRecord,
} from "./journal.ts";

const incarnation: IncarnationRecord = {
  kind: "incarnation",
  incarnation: "one",
  pid: 1,
  startTime: 2,
  bootId: "boot",
  pidNamespace: "pid:[1]",
  markBase: null,
  cgroupFolders: [],
};

describe("the journal", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gaia-journal-"));
    path = join(folder, "journal");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("gives back what was written, without what was forgotten", () => {
    const journal = new Journal(path, incarnation, []);
    journal.append(started("a"));
    journal.append(started("b"));
    journal.append(ended("a"));
    journal.append({ kind: "forgotten", attempts: ["b"] });
    journal.close();
    const content = readJournal(path);
    expect(content.incarnations).toEqual([incarnation]);
    expect([...content.attempts.values()]).toEqual([
      { attempt: "a", incarnation: "one", started: started("a"), ended: ended("a") },
    ]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("skips torn and foreign lines", () => {
    const journal = new Journal(path, incarnation, []);
    journal.append(started("a"));
    journal.close();
    appendFileSync(
      path,
      `{"kind":"ended","exi\n[]\n"text"\n{"kind":"other"}\n${JSON.stringify(ended("a"))}\n{"kind":`,
    );
    expect(readJournal(path).attempts.get("a")?.ended).toEqual(ended("a"));
  });

  it("has nothing to say where there is no file", () => {
    expect(readJournal(join(folder, "none"))).toEqual({ incarnations: [], attempts: new Map() });
  });

  it("grows no further than what counts, when it is compacted or emptied", () => {
    const journal = new Journal(path, incarnation, []);
    for (let index = 0; !journal.wantsCompaction; index++) {
      journal.append(started(`attempt-${index}`));
      journal.flush();
    }
    journal.compact([started("live")]);
    expect(journal.wantsCompaction).toBe(false);
    journal.append(started("next"));
    journal.flush();
    expect([...readJournal(path).attempts.keys()]).toEqual(["live", "next"]);
    journal.clear();
    journal.append(started("last"));
    journal.close();
    expect(readFileSync(path, "utf8").trim().split("\n")).toHaveLength(2);
    expect([...readJournal(path).attempts.keys()]).toEqual(["last"]);
  });
});

function started(attempt: string): StartedRecord {
  return {
    kind: "started",
    started: { kind: "started", attempt, pid: 3, startTime: 4, atMs: 5, means: "group" },
    logPath: `/logs/${attempt}`,
    mark: null,
    cgroupFolders: [],
    meta: { attempt, text: "x".repeat(10_000) },
  };
}

function ended(attempt: string): EndedRecord {
  return {
    kind: "ended",
    exited: {
      kind: "exited",
      attempt,
      code: 0,
      signal: null,
      atMs: 6,
      usage: { wallMs: 1, userMs: null, systemMs: null, maxRssBytes: null },
      survivors: [],
      stopMeans: "group",
    },
  };
}
