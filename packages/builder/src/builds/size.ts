import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** What the files below a folder take, in bytes. What vanishes meanwhile takes none. */
export async function folderBytes(folder: string): Promise<number> {
  let total = 0;
  for (const item of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, item.name);
    if (item.isDirectory()) total += await folderBytes(path);
    else total += (await lstat(path).catch(() => null))?.size ?? 0;
  }
  return total;
}
