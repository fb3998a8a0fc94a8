import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { isBelow } from "./below.ts";
import { CacheProblem } from "./problems.ts";

/**
 * How content takes the place of what was there: all of it or nothing, also when the worker is killed in the middle. What
 * is new lies in a folder beside; what was there is moved aside, and back again if anything goes wrong. A record says
 * how far it came; `recover` reads it at the next start.
 */
interface Placing {
  /** Of what is new (`new`) and what was there (`old`). */
  readonly folder: string;
  readonly root: string;
  readonly paths: readonly string[];
  /** Those of the paths that have something new; known when it begins to take place. */
  readonly fresh: readonly string[];
  /** It took place: only the folder is left to be removed. */
  readonly done: boolean;
}

/** Starts afresh: the folder in which the content is laid. */
export function beginPlacing(
  recordFile: string,
  root: string,
  paths: readonly string[],
  name: string,
): string {
  const folder = join(root, `.gaia-cache-${name}`);
  rmSync(folder, { recursive: true, force: true });
  write(recordFile, { folder, root, paths: [...paths], fresh: [], done: false });
  mkdirSync(join(folder, "new"), { recursive: true, mode: 0o700 });
  mkdirSync(join(folder, "old"), { mode: 0o700 });
  return join(folder, "new");
}

/** Puts what was laid in its place. After that `endPlacing` has time. */
export function place(recordFile: string): void {
  const begun = read(recordFile);
  if (begun === null) throw new Error(`${recordFile} says nothing`);
  const placing = { ...begun, fresh: begun.paths.filter((path) => exists(join(begun.folder, "new", path))) };
  write(recordFile, placing);
  try {
    for (const path of placing.paths) replace(placing, path);
    write(recordFile, { ...placing, done: true });
  } catch (error) {
    putBack(placing);
    throw error;
  }
}

/** Removes what is left of it, after a success as after a failure. */
export function endPlacing(recordFile: string): void {
  const placing = read(recordFile);
  if (placing !== null) {
    if (!placing.done) putBack(placing);
    rmSync(placing.folder, { recursive: true, force: true });
  }
  rmSync(recordFile, { force: true });
}

/** Brings to an end what a killed worker, or one thread of it, has left: all is as it was, or as it was to be. */
export function recoverPlacings(folder: string, only: string | null = null): void {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (only !== null && name !== only) continue;
    if (name.endsWith(".tmp")) rmSync(join(folder, name), { force: true });
    else endPlacing(join(folder, name));
  }
}

function replace({ folder, root, paths, fresh }: Placing, path: string): void {
  const target = join(root, path);
  checkFolderAbove(root, path);
  if (exists(target)) renameSync(target, join(folder, "old", String(paths.indexOf(path))));
  // What the entry does not have was not there when it was saved.
  if (!fresh.includes(path)) return;
  mkdirSync(dirname(target), { recursive: true });
  renameSync(join(folder, "new", path), target);
}

function putBack({ folder, root, paths, fresh }: Placing): void {
  for (const [index, path] of paths.entries()) {
    const target = join(root, path);
    const old = join(folder, "old", String(index));
    const isPlaced = fresh.includes(path) && !exists(join(folder, "new", path));
    // Moved, not removed: what was cut off in here must be able to do it once more.
    if (isPlaced) renameSync(target, join(folder, "new", path));
    if (exists(old)) renameSync(old, target);
  }
}

/** A link on the way to a path would lead somewhere else. @throws CacheProblem */
export function checkFolderAbove(root: string, path: string): void {
  let folder = dirname(join(root, path));
  while (!exists(folder)) folder = dirname(folder);
  const real = realpathSync(folder);
  if (real !== realpathSync(root) && !isBelow(realpathSync(root), real))
    throw new CacheProblem(`${path} lies behind a link that leads out of work_dir`);
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function write(file: string, placing: Placing): void {
  writeFileSync(`${file}.tmp`, JSON.stringify(placing), { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

function read(file: string): Placing | null {
  try {
    // Written by this file, and whole: it came to its place by a rename.
    return JSON.parse(readFileSync(file, "utf8")) as Placing;
  } catch {
    return null;
  }
}
