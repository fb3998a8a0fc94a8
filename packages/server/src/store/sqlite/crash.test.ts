import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

import type { Store } from "../port.ts";
import { temporaryFolder } from "./fixture.ts";
import { openSqliteStore } from "./store.ts";

const KILLS = 20;
const CHILD = fileURLToPath(new URL("./crash-child.ts", import.meta.url));

it("what was acknowledged before kill -9 is there, and never half of a commit", {
  timeout: 300_000,
}, async () => {
  const folder = temporaryFolder();
  const file = join(folder.path, "gaia.db");
  try {
    let acknowledgedInAll = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const acknowledged = await runUntilKilled(file, kill);
      const store = await openSqliteStore({ file });
      try {
        acknowledgedInAll += acknowledged.size;
        for (const [writer, version] of acknowledged) await expectWhole(store, `${kill}_${writer}`, version);
        expect(await store.upkeep.check()).toEqual([]);
      } finally {
        await store.close();
      }
    }
    expect(acknowledgedInAll).toBeGreaterThan(KILLS);
  } finally {
    folder.remove();
  }
});

/** Lets the child commit until it has said something, then kills it at a random moment. Writer: last version. */
async function runUntilKilled(file: string, generation: number): Promise<ReadonlyMap<number, number>> {
  const child = spawn(process.execPath, [CHILD, file, String(generation)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  const enough = 1 + Math.floor(Math.random() * 4_000);
  child.stdout.on("data", (data: Buffer) => {
    output += data.toString();
    if (output.length >= enough) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "close");
  expect(signal).toBe("SIGKILL");
  // The last line may have been cut off by the kill.
  const lines = output.slice(0, output.lastIndexOf("\n")).split("\n");
  return new Map(
    lines.map((line) => {
      const [writer = "", version = ""] = line.split(" ");
      return [Number(writer), Number(version)];
    }),
  );
}

/** Both runs of a commit have the same version, at least the acknowledged one, and exactly its rows. */
async function expectWhole(store: Store, writer: string, acknowledged: number): Promise<void> {
  const [one, other] = await Promise.all(["a", "b"].map((part) => store.runs.load(`run_${writer}_${part}`)));
  expect(one?.version).toBeGreaterThanOrEqual(acknowledged);
  expect(other?.version).toBe(one?.version);
  for (const run of [one, other]) {
    expect(run?.seq).toBe(run?.version);
    expect(run?.jobs.get(0)).toMatchObject({ kind: "queued", readyAt: (run?.version ?? 0) - 1 });
  }
}
