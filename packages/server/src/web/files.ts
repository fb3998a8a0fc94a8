import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";

/** A file that may be served. */
export interface SiteFile {
  readonly file: string;
  readonly contentType: string;
  /** Its name has a hash of its contents in it: it never changes. */
  readonly isHashed: boolean;
  /** Compressed siblings that the build has made. */
  readonly encodings: readonly Encoding[];
}

export interface Encoding {
  readonly name: "br" | "gzip";
  readonly file: string;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".txt": "text/plain; charset=utf-8",
};
const SIBLINGS: readonly (readonly [Encoding["name"], string])[] = [
  ["br", ".br"],
  ["gzip", ".gz"],
];
/** `assets/index-B3fXq0aZ.js`, as Vite names them. */
const HASHED = /^\/assets\/(?:.*\/)?[^/]+-[\w-]{8,}\.\w+$/;
/** A folder with more files than a dashboard has is none. */
const MOST_FILES = 5_000;

/**
 * All files below a folder, by the path of their address. Only what is found here is ever opened: no path of a request
 * is resolved, so none can lead out. Links are not followed.
 */
export async function filesBelow(folder: string): Promise<ReadonlyMap<string, SiteFile>> {
  const paths = new Set(await walk(folder, ""));
  const files = new Map<string, SiteFile>();
  for (const path of paths) {
    const isSibling = SIBLINGS.some(
      ([, ending]) => path.endsWith(ending) && paths.has(path.slice(0, -ending.length)),
    );
    if (isSibling) continue;
    const encodings = SIBLINGS.filter(([, ending]) => paths.has(path + ending));
    files.set(path, {
      file: join(folder, path),
      contentType: TYPES[extname(path).toLowerCase()] ?? "application/octet-stream",
      isHashed: HASHED.test(path),
      encodings: encodings.map(([name, ending]) => ({ name, file: join(folder, path + ending) })),
    });
  }
  return files;
}

/** Changes whenever the folder was built again; null: there is no build. */
export async function buildOf(folder: string): Promise<string | null> {
  try {
    const { mtimeMs, size, ino, ctimeMs } = await stat(join(folder, "index.html"));
    return `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
  } catch {
    return null;
  }
}

/** Contents and their hash. A link that took the file's place is not followed. */
export async function readWhole(file: string): Promise<{ readonly data: Buffer; readonly hash: string }> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const data = await handle.readFile();
    return { data, hash: createHash("sha256").update(data).digest("base64url").slice(0, 22) };
  } finally {
    await handle.close();
  }
}

async function walk(folder: string, below: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = `${below}/${entry.name}`;
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory()) found.push(...(await walk(folder, path)));
    else if (entry.isFile()) found.push(path);
    if (found.length > MOST_FILES) throw new Error(`${folder} has more than ${MOST_FILES} files`);
  }
  return found;
}
