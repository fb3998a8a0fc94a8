import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type DefinitionChange, watchDefinitions } from "./definitions.ts";
import type { FolderWatch, WatchOptions } from "./folder-watch.ts";

let root = "";
let folder = "";
let watched: FolderWatch | null = null;
let changes: DefinitionChange[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gaia-definitions-"));
  folder = join(root, "definitions");
  mkdirSync(folder);
  changes = [];
});
afterEach(() => {
  watched?.close();
  rmSync(root, { recursive: true, force: true });
});

/** Notices alone, or rescans alone: each has to suffice. */
const BY_NOTICE: WatchOptions = { debounceMs: 10, rescanMs: 3_600_000 };
const BY_RESCAN: WatchOptions = { debounceMs: 3_600_000, rescanMs: 20 };

async function start(options: WatchOptions): Promise<FolderWatch> {
  watched = watchDefinitions(folder, (change) => changes.push(change), options);
  await watched.rescan();
  return watched;
}

function put(name: string, text: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function told(change: DefinitionChange): Promise<void> {
  await vi.waitFor(() => expect(changes).toContainEqual(change), { timeout: 20_000, interval: 10 });
}

describe.each([
  ["notices", BY_NOTICE],
  ["rescans", BY_RESCAN],
])("the definitions folder, by %s", (_, options) => {
  it("tells what is there, what comes, what changes and what goes", async () => {
    const first = put("first.yaml", "one");
    await start(options);
    expect(changes).toEqual([{ kind: "changed", file: first, text: "one" }]);
    const second = put("second.yml", "two");
    await told({ kind: "changed", file: second, text: "two" });
    put("first.yaml", "ONE");
    await told({ kind: "changed", file: first, text: "ONE" });
    rmSync(second);
    await told({ kind: "removed", file: second });
    await watched?.rescan();
    expect(changes.filter((change) => change.kind === "removed")).toHaveLength(1);
    expect(changes.filter((change) => change.file === first)).toHaveLength(2);
  });

  it("tells a file that is replaced by renaming, as editors do", async () => {
    const file = put("a.yaml", "old");
    await start(options);
    writeFileSync(join(root, "new"), "new");
    renameSync(join(root, "new"), file);
    await told({ kind: "changed", file, text: "new" });
  });
});

describe("the definitions folder", () => {
  it("may vanish and come back", async () => {
    const file = put("a.yaml", "one");
    await start(BY_RESCAN);
    rmSync(folder, { recursive: true });
    await told({ kind: "removed", file });
    mkdirSync(folder);
    put("a.yaml", "two");
    await told({ kind: "changed", file, text: "two" });
  });

  it("may be absent at the start", async () => {
    rmSync(folder, { recursive: true });
    await start(BY_RESCAN);
    mkdirSync(folder);
    const file = put("a.yaml", "one");
    await told({ kind: "changed", file, text: "one" });
  });

  it("is noticed again after it came back", async () => {
    const watch = await start(BY_NOTICE);
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    await watch.rescan();
    const file = put("a.yaml", "one");
    await told({ kind: "changed", file, text: "one" });
  });

  it("leaves other files alone, and tells nothing twice", async () => {
    put(".hidden.yaml", "x");
    put("notes.txt", "x");
    put("a.yaml~", "x");
    mkdirSync(join(folder, "sub"));
    const file = put("a.yaml", "one");
    const watch = await start(BY_NOTICE);
    await watch.rescan();
    put("a.yaml", "one");
    await watch.rescan();
    expect(changes).toEqual([{ kind: "changed", file, text: "one" }]);
  });

  it("sees a change that leaves size and time as they were", async () => {
    const file = put("a.yaml", "one");
    const watch = await start(BY_NOTICE);
    put("a.yaml", "two");
    await watch.rescan();
    expect(changes.at(-1)).toEqual({ kind: "changed", file, text: "two" });
  });

  it("says why a file cannot be read", async () => {
    put("binary.yaml", new Uint8Array([0xff, 0xfe, 0x41]));
    put("large.yaml", "x".repeat(1_000_001));
    mkdirSync(join(folder, "folder.yaml"));
    symlinkSync(join(root, "nowhere"), join(folder, "link.yaml"));
    await start(BY_NOTICE);
    expect(
      changes.map((change) => [change.kind, change.kind === "unreadable" ? change.message : ""]),
    ).toEqual([
      ["unreadable", expect.stringContaining("not UTF-8")],
      ["unreadable", expect.stringMatching(/not a file|folder/)],
      ["unreadable", expect.stringContaining("1000001 bytes")],
      ["unreadable", expect.stringContaining("leads nowhere")],
    ]);
  });

  it.skipIf(process.getuid?.() === 0)("says that it may not read a file", async () => {
    chmodSync(put("closed.yaml", "x"), 0o000);
    await start(BY_NOTICE);
    expect(changes).toMatchObject([{ kind: "unreadable", message: expect.stringContaining("permissions") }]);
  });

  it("tells a file that becomes readable", async () => {
    const file = put("a.yaml", new Uint8Array([0xff]));
    const watch = await start(BY_NOTICE);
    put("a.yaml", "good");
    await watch.rescan();
    expect(changes.at(-1)).toEqual({ kind: "changed", file, text: "good" });
  });

  it("tells nothing once it is closed", async () => {
    const watch = await start(BY_RESCAN);
    watch.close();
    put("a.yaml", "one");
    await watch.rescan();
    expect(changes).toEqual([]);
  });
});
