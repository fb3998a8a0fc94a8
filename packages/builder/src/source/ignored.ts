import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const perform = promisify(execFile);

/** What everybody's own configuration ignores is no property of the sources; a monitor is a program of the repository's. */
const SETTINGS = ["core.excludesFile=/dev/null", "core.fsmonitor=false", "safe.directory=*"].flatMap(
  (setting) => ["-c", setting],
);
const LIST = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"];
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * What a folder's `.gitignore` files leave out: results of builds that people ran there. What a repository tracks is
 * never left out. Paths from the folder; that of a folder ends with `/`. Empty without Git.
 */
export async function ignoredIn(folder: string): Promise<ReadonlySet<string>> {
  const own = await list(folder, []);
  // In a folder that a repository around it ignores as a whole, its own files count.
  if (own !== null && !own.has("./")) return own;
  const empty = await mkdtemp(join(tmpdir(), "gaia-git-"));
  try {
    await perform("git", ["init", "--quiet", "--bare", empty], { env: environment() });
    return (await list(folder, [`--git-dir=${empty}`, `--work-tree=${folder}`])) ?? new Set();
  } catch {
    return new Set();
  } finally {
    await rm(empty, { recursive: true, force: true });
  }
}

async function list(folder: string, where: readonly string[]): Promise<ReadonlySet<string> | null> {
  try {
    const options = { cwd: folder, env: environment(), maxBuffer: MOST_BYTES };
    const { stdout } = await perform("git", [...SETTINGS, ...where, ...LIST], options);
    return new Set(stdout.split("\0").filter((path) => path !== ""));
  } catch {
    return null;
  }
}

/** Without what would point Git at another repository. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, LANG: "C", GIT_OPTIONAL_LOCKS: "0", GIT_CONFIG_NOSYSTEM: "1" };
}
