import { constants, existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, rename, rm, utimes } from "node:fs/promises";
import { basename, join } from "node:path";
import { removeTree } from "../disk.ts";
import { fileHash, hashOf } from "../source/fingerprint.ts";

/**
 * Installed dependencies, kept from one build to the next: native modules take minutes to compile, and package managers
 * keep only what they download.
 */

/** Files that say what is installed, wherever they lie. */
const INPUTS = new Set([
  "package.json",
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  ".npmrc",
  ".yarnrc",
  ".yarnrc.yml",
]);

/** The key of what is installed in a folder: by which manager and Node, and by what these files hold. */
export async function modulesKey(root: string, facts: readonly string[]): Promise<string> {
  const parts: string[] = [...facts];
  for (const path of (await filesBelow(root, "")).toSorted())
    parts.push(path, (await fileHash(join(root, path))).toString("hex"));
  return hashOf(parts);
}

async function filesBelow(root: string, folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const item of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = folder === "" ? item.name : `${folder}/${item.name}`;
    if (item.isDirectory() && item.name !== "node_modules") found.push(...(await filesBelow(root, path)));
    else if (item.isFile() && INPUTS.has(item.name)) found.push(path);
  }
  return found;
}

/** Puts kept dependencies in their places. False: none are kept under this key. */
export async function restoreModules(kept: string, root: string): Promise<boolean> {
  if (!existsSync(kept)) return false;
  await copy(kept, root);
  const now = new Date();
  await utimes(kept, now, now);
  return true;
}

/** Keeps what was installed. Of two builds that do the same, one is kept. */
export async function keepModules(kept: string, root: string): Promise<void> {
  const folders = await modulesBelow(root, "");
  if (folders.length === 0 || existsSync(kept)) return;
  await mkdir(join(kept, ".."), { recursive: true });
  const half = await mkdtemp(join(kept, "..", `.${basename(kept).slice(0, 16)}-`));
  try {
    for (const folder of folders) await copy(join(root, folder), join(half, folder));
    await rename(half, kept);
  } catch {
    // The next build installs them once more.
    await removeTree(half);
  }
}

async function modulesBelow(root: string, folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const item of await readdir(join(root, folder), { withFileTypes: true })) {
    if (!item.isDirectory()) continue;
    const path = folder === "" ? item.name : `${folder}/${item.name}`;
    if (item.name === "node_modules") found.push(path);
    else found.push(...(await modulesBelow(root, path)));
  }
  return found;
}

async function copy(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
}

/** The published SDK's grpc is compiled from sources and object files that nothing needs afterwards: 143 of 206 MB. */
export async function removeCompilerFiles(folder: string): Promise<void> {
  const grpc = join(folder, "node_modules", "grpc");
  if (!existsSync(join(grpc, "binding.gyp"))) return;
  await rm(join(grpc, "build"), { recursive: true, force: true });
  const needed = join(grpc, "deps", "grpc", "etc");
  const aside = join(grpc, "etc");
  if (existsSync(needed)) await rename(needed, aside);
  await rm(join(grpc, "deps"), { recursive: true, force: true });
  if (!existsSync(aside)) return;
  await mkdir(join(grpc, "deps", "grpc"), { recursive: true });
  await rename(aside, needed);
}
