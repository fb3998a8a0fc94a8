import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readlink } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { BuildError } from "../build-error.ts";
import type { SourceTree } from "./scan.ts";

/** SHA-256, in hex, over paths, kinds, modes and contents of a source tree. The same wherever the tree lies. */
export async function fingerprint(tree: SourceTree): Promise<string> {
  const hash = createHash("sha256");
  for (const { path, kind, executable } of tree.entries) {
    // An empty folder means something to some tools, but a repository has none.
    if (kind === "folder") continue;
    field(hash, kind === "file" && executable ? "program" : kind);
    field(hash, path);
    const place = join(tree.root, path);
    try {
      if (kind === "link") field(hash, await readlink(place));
      else hash.update(await fileHash(place));
    } catch (reason) {
      throw new BuildError(`${place} cannot be read: ${String(reason)}.`, "Check its permissions.", {
        cause: reason,
      });
    }
  }
  return hash.digest("hex");
}

/** SHA-256 of texts, each told apart from the next. */
export function hashOf(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) field(hash, text);
  return hash.digest("hex");
}

/** SHA-256 of a file's content. */
export async function fileHash(path: string): Promise<Buffer> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest();
}

function field(hash: Hash, text: string): void {
  hash.update(`${Buffer.byteLength(text)}:`);
  hash.update(text);
}
