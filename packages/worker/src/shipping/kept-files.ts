import type { Dirent } from "node:fs";
import { access, opendir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** Where an attempt leaves what people may see, beside its log. */
export interface KeptFiles {
  /** Markdown for people; there may be none. */
  readonly summary: string;
  /** Folder of what it kept; there may be none. */
  readonly artifacts: string;
}

/** A file as the server names it, and where it lies here. */
export interface KeptFile {
  readonly file: string;
  readonly path: string;
}

/** As many as patterns may find. */
const FILES_MAX = 10_000;

/** What an attempt that has ended left behind. `problem`: what is not among it, and why, for people. */
export async function keptFiles(
  kept: KeptFiles,
): Promise<{ readonly files: readonly KeptFile[]; readonly problem: string | null }> {
  const files: KeptFile[] = [];
  if (await exists(kept.summary)) files.push({ file: "summary", path: kept.summary });
  const root = await realpath(kept.artifacts).catch(() => null);
  if (root === null) return { files, problem: null };
  let artifacts = 0;
  for await (const entry of await opendir(root, { recursive: true })) {
    const path = await fileIn(root, entry);
    if (path === null) continue;
    artifacts += 1;
    if (artifacts > FILES_MAX) {
      return { files, problem: `artifacts: more than ${FILES_MAX} files; only the first ones were sent` };
    }
    const name = relative(root, join(entry.parentPath, entry.name)).split(sep).join("/");
    files.push({ file: `artifacts/${name}`, path });
  }
  return { files, problem: null };
}

/** A link counts as the file that it leads to, if that lies in the folder, too: others are not offered for download. */
async function fileIn(root: string, entry: Dirent): Promise<string | null> {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile()) return path;
  if (!entry.isSymbolicLink()) return null;
  const target = await realpath(path).catch(() => null);
  if (target === null || !target.startsWith(root + sep)) return null;
  return (await stat(target)).isFile() ? target : null;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
