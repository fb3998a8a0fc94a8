import { homedir } from "node:os";
import { join } from "node:path";

/** Where Gaia keeps what can be made again, as the command line has it: `$XDG_CACHE_HOME/gaia`. */
export function cacheFolder(): string {
  const base =
    process.env["XDG_CACHE_HOME"] ||
    (process.platform === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache"));
  return join(base, "gaia");
}
