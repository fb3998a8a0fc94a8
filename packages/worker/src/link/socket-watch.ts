import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

/**
 * Tells when something happens to the socket at `path`: a server that comes back is dialled at once, not at the next
 * try. Where the folder cannot be watched nothing is told, and dialling again and again finds the server too.
 *
 * @returns ends the watch
 */
export function watchSocket(path: string, happened: () => void): () => void {
  let watcher: FSWatcher;
  try {
    watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name === basename(path)) happened();
    });
  } catch {
    return () => undefined;
  }
  watcher.on("error", () => watcher.close());
  return () => watcher.close();
}
