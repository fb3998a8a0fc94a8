import type { Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { LIMITS } from "@gaia/contracts/limits.ts";
import { BuildError } from "../build-error.ts";
import type { SourceEntry } from "./entry.ts";
import { isLeftOver, isResult } from "./left-over.ts";

/** A source tree, sorted by path. */
export interface SourceTree {
  readonly root: string;
  readonly entries: readonly SourceEntry[];
  readonly files: number;
  readonly sizeBytes: number;
  /** What is there and is no part of it, that somebody may miss: sockets, devices, pipes. */
  readonly passedOver: readonly string[];
}

interface Found {
  readonly entries: SourceEntry[];
  readonly passedOver: string[];
  readonly limits: ScanLimits;
  readonly ignored: ReadonlySet<string>;
  files: number;
  sizeBytes: number;
}

export interface ScanLimits {
  readonly buildSourceFiles: number;
  readonly buildSourceBytes: number;
}

export interface ScanOptions {
  readonly limits?: ScanLimits;
  /** Paths that are no part of it, that of a folder with a `/` behind it. */
  readonly ignored?: ReadonlySet<string>;
}

/** Lists a source tree without what earlier builds left in it. Throws a `BuildError` past its limits. */
export async function scanSource(root: string, options: ScanOptions = {}): Promise<SourceTree> {
  const { limits = LIMITS, ignored = new Set<string>() } = options;
  const found: Found = { entries: [], passedOver: [], limits, ignored, files: 0, sizeBytes: 0 };
  const names = await namesIn(root);
  if (names.length === 0) {
    throw new BuildError(`${root} is empty.`, "Name the folder that holds the pipeline's sources.");
  }
  await scanFolder(root, "", names, found);
  const entries = found.entries.sort((left, right) =>
    left.path < right.path ? -1 : left.path > right.path ? 1 : 0,
  );
  const { files, sizeBytes, passedOver } = found;
  return { root, entries, files, sizeBytes, passedOver };
}

async function scanFolder(
  root: string,
  folder: string,
  items: readonly Dirent[],
  found: Found,
): Promise<void> {
  const names = new Set(items.map(({ name }) => name));
  for (const item of items) {
    if (isLeftOver(item.name, item.isDirectory(), names)) continue;
    const path = folder === "" ? item.name : `${folder}/${item.name}`;
    if (found.ignored.has(item.isDirectory() ? `${path}/` : path)) continue;
    if (item.isDirectory()) {
      const inside = await namesIn(join(root, path));
      if (isResult(new Set(inside.map(({ name }) => name)))) continue;
      found.entries.push({ path, kind: "folder", executable: false, sizeBytes: 0 });
      await scanFolder(root, path, inside, found);
    } else if (item.isFile() || item.isSymbolicLink()) {
      const { mode, size } = await lstat(join(root, path)).catch((reason: unknown) => {
        throw unreadable(path, reason);
      });
      const kind = item.isFile() ? "file" : "link";
      count(root, found, size);
      found.entries.push({
        path,
        kind,
        executable: kind === "file" && (mode & 0o100) !== 0,
        sizeBytes: size,
      });
    } else found.passedOver.push(path);
  }
}

function count(root: string, found: Found, sizeBytes: number): void {
  found.files += 1;
  found.sizeBytes += sizeBytes;
  const remedy =
    "Name the folder of the pipeline alone, or keep large data elsewhere and let a job fetch it.";
  if (found.files > found.limits.buildSourceFiles) {
    const limit = found.limits.buildSourceFiles.toLocaleString("en-US");
    throw new BuildError(`${root} has more than ${limit} files (buildSourceFiles).`, remedy);
  }
  if (found.sizeBytes > found.limits.buildSourceBytes) {
    const limit = found.limits.buildSourceBytes.toLocaleString("en-US");
    throw new BuildError(`${root} has more than ${limit} bytes (buildSourceBytes).`, remedy);
  }
}

async function namesIn(folder: string): Promise<readonly Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((reason: unknown) => {
    throw unreadable(folder, reason);
  });
}

function unreadable(path: string, reason: unknown): BuildError {
  const code = reason instanceof Error && "code" in reason ? String(reason.code) : "";
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file or folder",
    ENOTDIR: "it is no folder",
    EACCES: "permission is denied",
  };
  const remedy = "Check the path, and that this user may read all of the folder.";
  return new BuildError(`${path} cannot be read: ${reasons[code] ?? String(reason)}.`, remedy, {
    cause: reason,
  });
}
