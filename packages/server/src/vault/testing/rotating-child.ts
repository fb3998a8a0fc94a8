import { writeSync } from "node:fs";
import { LOCAL, SPACE, VaultOnDisk } from "./vault-on-disk.ts";

/**
 * For the crash test: opens the vault in a folder, ends what a crash has left, and then rotates and sets until it is
 * killed. It says on its output when it is open, and after each rotation and value that is durable. With `halt` it
 * stands still between two commits of its first rotation, until it is killed there.
 */
const [folder = "", mode = ""] = process.argv.slice(2);
const at = new VaultOnDisk(folder);
const vault = await at.open();
await vault.settle();
writeSync(1, "open\n");
let commits = 0;
at.beforeCommit = () => {
  commits += 1;
  if (mode !== "halt" || commits !== 2) return;
  writeSync(1, "halted\n");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
for (let round = 1; ; round += 1) {
  await vault.rotate(SPACE, LOCAL);
  writeSync(1, "rotated\n");
  const { version } = await vault.set({
    namespace: SPACE,
    name: "MOVING",
    value: `moving-${round}`,
    actor: LOCAL,
  });
  writeSync(1, `moving ${version} moving-${round}\n`);
}
