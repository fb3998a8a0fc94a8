import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { BUILD_ID, rebuiltFile, rebuiltFolder } from "./layout.ts";

/**
 * A rebuild of the same sources is a build of its own: what runs from the old one goes on. From then on it is the one
 * that the sources stand for.
 */
export async function writeRebuilt(builds: string, id: string, newer: string): Promise<void> {
  await mkdir(rebuiltFolder(builds), { recursive: true });
  const file = rebuiltFile(builds, id);
  await writeFile(`${file}.${newer}`, newer, { flush: true });
  await rename(`${file}.${newer}`, file);
}

/** The newest build of the sources with this id: itself, unless they were built again. */
export async function newestOf(builds: string, id: string): Promise<string> {
  const newer = await readFile(rebuiltFile(builds, id), "utf8").catch(() => "");
  return BUILD_ID.test(newer) ? newer : id;
}
