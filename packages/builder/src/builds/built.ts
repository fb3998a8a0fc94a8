import { readFile, rename, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BUILD_FILE, builtProgram, type BuiltProgramFile } from "@gaia/contracts/program-build.ts";
import { buildFolder } from "./layout.ts";

/** What was built under an id; null when there is no such build, or not a whole one. */
export async function readBuilt(builds: string, id: string): Promise<BuiltProgramFile | null> {
  const file = join(buildFolder(builds, id), BUILD_FILE);
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return builtProgram.parse(JSON.parse(text));
  } catch {
    // Of another version of Gaia, or damaged: it is built again.
    return null;
  }
}

/** Notes that a build was asked for, so that no collection takes it for forgotten. */
export async function touchBuilt(builds: string, id: string): Promise<void> {
  const now = new Date();
  await utimes(join(buildFolder(builds, id), BUILD_FILE), now, now);
}

/** Makes a build whole. */
export async function writeBuilt(builds: string, id: string, built: BuiltProgramFile): Promise<void> {
  const file = join(buildFolder(builds, id), BUILD_FILE);
  await writeFile(`${file}.new`, `${JSON.stringify(builtProgram.parse(built), null, 2)}\n`, { flush: true });
  await rename(`${file}.new`, file);
}
