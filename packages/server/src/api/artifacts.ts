import { artifactsFolder, GaiaError, type JobDetail, runFolder } from "@gaia/contracts";
import { constants, type Dirent } from "node:fs";
import { type FileHandle, open, readdir, realpath, stat } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import type { AttemptPlace } from "../logs/index.ts";
import { rangeRefusal } from "./failures.ts";
import { contentRange, rangeFrom } from "./ranges.ts";
import type { Answer } from "./route.ts";

const PORTION_BYTES = 262_144;
/** A job may keep more files; these are listed. */
const LISTED_ARTIFACTS = 1_000;

/**
 * A file that an attempt kept, as a download: a browser never shows it as a page of this server. Only regular files
 * inside of the attempt's folder; a link that leads out of it is as absent as no file.
 */
export async function artifactAnswer(
  home: string,
  place: AttemptPlace,
  path: string,
  range: string | undefined,
): Promise<Answer> {
  const file = await openArtifact(folderOf(home, place), path);
  if (file === null) throw new GaiaError("not_found", `The attempt kept no file \`${path.slice(0, 200)}\`.`);
  const { size } = await file.stat();
  const headers = {
    "content-type": "application/octet-stream",
    "content-disposition": `attachment; filename*=UTF-8''${encoded(basename(path))}`,
    "accept-ranges": "bytes",
  };
  const part = rangeFrom(range, size);
  if (part.kind === "outside") {
    await file.close();
    throw rangeRefusal(size);
  }
  const { offset, length } = part.kind === "part" ? part : { offset: 0, length: size };
  const more = part.kind === "part" ? { "content-range": contentRange(offset, length, size) } : {};
  return {
    kind: "data",
    status: part.kind === "part" ? 206 : 200,
    headers: { ...headers, ...more, "content-length": String(length) },
    body:
      length === 0
        ? await empty(file)
        : file.createReadStream({ start: offset, end: offset + length - 1, highWaterMark: PORTION_BYTES }),
  };
}

/** Where an attempt's files are. */
export function folderOf(home: string, place: AttemptPlace): string {
  return join(home, runFolder(place.run, place.runCreatedAt), artifactsFolder(place.job, place.attempt));
}

/** Regular files only: what a link points to was not kept. */
export async function listArtifacts(folder: string): Promise<JobDetail["artifacts"]> {
  const found: JobDetail["artifacts"] = [];
  const folders = [folder];
  for (
    let next = folders.pop();
    next !== undefined && found.length < LISTED_ARTIFACTS;
    next = folders.pop()
  ) {
    const entries: Dirent[] = await readdir(next, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && found.length < LISTED_ARTIFACTS) {
        const { size } = await stat(path);
        found.push({ path: relative(folder, path).split(sep).join("/"), size_bytes: size });
      }
    }
  }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function empty(file: FileHandle): Promise<string> {
  await file.close();
  return "";
}

/** Opens a kept file for reading; null: there is none of that path inside of the folder. */
export async function openArtifact(folder: string, path: string): Promise<FileHandle | null> {
  const parts = path.split("/");
  if (path.includes("\0") || parts.some((part) => part === "" || part === "." || part === "..")) return null;
  try {
    const root = await realpath(folder);
    const real = await realpath(join(root, ...parts));
    if (!real.startsWith(root + sep)) return null;
    // Non-blocking: a named pipe must not hold the server.
    const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    return null;
  } catch (caught) {
    if (caught instanceof Error && "code" in caught) return null;
    throw caught;
  }
}

function encoded(name: string): string {
  return encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
