import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type Acquired, acquireHome, networkFileSystemOf } from "./lock.ts";
import { NO_FOLDER, type TemporaryFolder, temporaryFolder } from "./sqlite/fixture.ts";

describe("the ownership of a home", () => {
  let home: TemporaryFolder = NO_FOLDER;

  beforeEach(() => {
    home = temporaryFolder();
  });
  afterEach(() => home.remove());

  it("is one process' at a time, and says whose", () => {
    const mine = owned(acquireHome(home.path, 1_234));
    expect(acquireHome(home.path)).toEqual({
      kind: "taken",
      by: { pid: process.pid, since: 1_234, address: null },
    });
    mine.announce("http://127.0.0.1:4242");
    expect(acquireHome(home.path)).toMatchObject({ kind: "taken", by: { address: "http://127.0.0.1:4242" } });
    mine.release();
    mine.release();
    owned(acquireHome(home.path)).release();
  });

  it("is free again as soon as its owner was killed", async () => {
    const lockModule = fileURLToPath(new URL("./lock.ts", import.meta.url));
    const script = `const { acquireHome } = await import(${JSON.stringify(lockModule)});
      // Kept, as a server keeps it: a lock that nobody holds on to is given back when memory is.
      globalThis.home = acquireHome(${JSON.stringify(home.path)});
      console.log(globalThis.home.kind); setInterval(() => {}, 1_000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const closed = once(child, "close");
    try {
      const [said] = await once(child.stdout, "data");
      expect(String(said).trim()).toBe("owned");
      expect(acquireHome(home.path)).toMatchObject({ kind: "taken", by: { pid: child.pid } });
    } finally {
      child.kill("SIGKILL");
      await closed;
    }
    owned(acquireHome(home.path)).release();
  });

  it("is decided by the lock alone: a file that names an owner means nothing, one that is broken neither", () => {
    writeFileSync(join(home.path, "server.owner.json"), "{ broken");
    const mine = owned(acquireHome(home.path));
    writeFileSync(join(home.path, "server.owner.json"), "[]");
    expect(acquireHome(home.path)).toEqual({ kind: "taken", by: null });
    mine.release();
    expect(readdirSync(home.path)).toEqual(["server.lock.db"]);
  });

  it("of a folder that is not there is refused", () => {
    expect(() => acquireHome(join(home.path, "missing"))).toThrow(/cannot be looked at.*Create it/);
  });

  it("cannot be taken where the lock is something else", () => {
    mkdirSync(join(home.path, "server.lock.db"));
    expect(() => acquireHome(home.path)).toThrow(expect.objectContaining({ code: "storage_failed" }));
  });

  it("is refused on network file systems, by their numbers", () => {
    expect(networkFileSystemOf(0x6969)).toBe("NFS");
    expect(networkFileSystemOf(-11_317_950)).toBe("SMB (cifs)");
    expect(networkFileSystemOf(0x01021997)).toBe("9p");
    expect(networkFileSystemOf(0xef53)).toBeNull();
    expect(networkFileSystemOf(0x01021994)).toBeNull();
  });
});

function owned(acquired: Acquired): Extract<Acquired, { kind: "owned" }> {
  if (acquired.kind !== "owned") throw new Error("the home is taken");
  return acquired;
}
