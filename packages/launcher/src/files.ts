import { rmdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";

/** The lock beside a launcher's socket or journal. A launcher holds both as long as it lives. */
export function lockFile(path: string): string {
  return `${path}.lock`;
}

/**
 * Removes what a launcher that is gone has left at its socket, and the folder when nothing else is in it. Only for who
 * knows that no launcher is started there meanwhile.
 */
export function removeSocketFiles(socketPath: string): void {
  for (const file of [socketPath, lockFile(socketPath)]) rmSync(file, { force: true });
  try {
    rmdirSync(dirname(socketPath));
  } catch {
    // Others have files there too, such as the server's socket; who ends last removes the folder.
  }
}
