import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { LOCAL, SPACE, VaultOnDisk } from "./testing/vault-on-disk.ts";

const KILLS = 12;
/** Two commits of a rotation. */
const SECRETS = 150;
const CHILD = fileURLToPath(new URL("./testing/rotating-child.ts", import.meta.url));

it("kill -9 in the middle of rotations leaves every secret readable", { timeout: 600_000 }, async () => {
  const at = new VaultOnDisk();
  try {
    await at.open();
    const names = Array.from({ length: SECRETS }, (_, number) => `S${number}`);
    await Promise.all(names.map((name) => at.set(name, `value of ${name}`)));
    let inTheMiddle = 0;
    let rotations = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      await at.store.close();
      const said = await runUntilKilled(at.folder, kill);
      rotations += said.filter((line) => line === "rotated").length;
      if (readFileSync(at.keyFile, "utf8").trim().split("\n").length > 1) inTheMiddle += 1;
      await at.open();
      expect((await at.vault.state()).problem).toBe("");
      for (const name of names) expect(at.read(name)).toBe(`value of ${name}`);
      await expectKept(at, said);
      expect(await at.store.upkeep.check()).toEqual([]);
    }
    expect(rotations).toBeGreaterThan(0);
    expect(inTheMiddle).toBeGreaterThanOrEqual(KILLS / 3);
    await at.vault.settle();
    expect(readFileSync(at.keyFile, "utf8").trim().split("\n")).toHaveLength(1);
    for (const name of names) expect(at.read(name)).toBe(`value of ${name}`);
  } finally {
    await at.remove();
  }
});

/** Lets the child go on until it has said so many lines, then kills it some steps further on. */
async function runUntilKilled(folder: string, kill: number): Promise<readonly string[]> {
  const mode = kill % 3 === 0 ? "halt" : "go";
  const child = spawn(process.execPath, [CHILD, folder, mode], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  const lines = mode === "halt" ? 2 : 1 + 2 * (kill % 3);
  child.stdout.on("data", (data: Buffer) => {
    output += data.toString();
    // From the turn in which it says this a rotation is under way; a random moment of it is hit.
    if (output.split("\n").length > lines) setTimeout(() => child.kill("SIGKILL"), Math.random() * 30);
  });
  const [, signal] = await once(child, "close");
  expect(signal).toBe("SIGKILL");
  return output.slice(0, output.lastIndexOf("\n")).split("\n");
}

/** A value that was acknowledged is there, as the version that it was. */
async function expectKept(at: VaultOnDisk, said: readonly string[]): Promise<void> {
  const last = said.findLast((line) => line.startsWith("moving "));
  if (last === undefined) return;
  const [, version, value] = last.split(" ");
  const order = { namespace: SPACE, name: "MOVING", version: Number(version), actor: LOCAL };
  expect(await at.vault.reveal(order)).toEqual({ version: Number(version), value });
}
