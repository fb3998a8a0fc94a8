import { spawn } from "node:child_process";
import { GitError } from "./git-error.ts";

/** How a `git` is run. */
export interface GitProcess {
  readonly environment: Readonly<Record<string, string>>;
  readonly folder?: string | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface GitResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What is kept of either stream: listings of a hundred thousand branches fit. */
const KEPT_MIB = 16;
const KEPT_BYTES = KEPT_MIB * 1_048_576;
const KILL_AFTER_MS = 2_000;

/**
 * Runs a program (`git`, `ssh-keygen`) to its end, in a process group of its own that ends with it.
 * @throws GitError `too_slow`, `interrupted`, `no_program`; `other` when it cannot be run, or says too much
 */
export function runProgram(
  program: string,
  args: readonly string[],
  { environment, folder, timeoutMs, signal }: GitProcess,
): Promise<GitResult> {
  const { promise, resolve, reject } = Promise.withResolvers<GitResult>();
  if (signal?.aborted === true) {
    reject(interrupted());
    return promise;
  }
  const child = spawn(program, args, {
    env: environment,
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const streams = { stdout: new Kept(), stderr: new Kept() };
  child.stderr.on("data", (bytes: Buffer) => streams.stderr.add(bytes));
  let why: GitError | null = null;
  let killing: NodeJS.Timeout | null = null;
  const end = (reason: GitError): void => {
    if (why !== null) return;
    why = reason;
    kill(child.pid, "SIGTERM");
    killing = setTimeout(() => kill(child.pid, "SIGKILL"), KILL_AFTER_MS);
  };
  child.stdout.on("data", (bytes: Buffer) => {
    if (!streams.stdout.add(bytes)) end(tooMuch(program));
  });
  const late = setTimeout(() => end(tooSlow(timeoutMs)), timeoutMs);
  const onAbort = (): void => end(interrupted());
  signal?.addEventListener("abort", onAbort, { once: true });
  const settle = (outcome: () => void): void => {
    clearTimeout(late);
    if (killing !== null) clearTimeout(killing);
    signal?.removeEventListener("abort", onAbort);
    outcome();
  };
  child.once("error", (error) => settle(() => reject(unstartable(program, error))));
  child.once("close", (status) => {
    // A helper that outlives its `git` has nobody to help.
    kill(child.pid, "SIGKILL");
    settle(() => {
      if (why !== null) reject(why);
      else resolve({ status, stdout: streams.stdout.text, stderr: streams.stderr.text });
    });
  });
  return promise;
}

class Kept {
  readonly #parts: Buffer[] = [];
  #bytes = 0;

  /** False: it is not whole any more. */
  add(bytes: Buffer): boolean {
    this.#bytes += bytes.length;
    if (this.#bytes > KEPT_BYTES) return false;
    this.#parts.push(bytes);
    return true;
  }

  get text(): string {
    return Buffer.concat(this.#parts).toString("utf8");
  }
}

/** The whole group. What is gone already needs no signal. */
function kill(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nothing of it is left.
  }
}

const PACKAGES: Readonly<Record<string, string>> = { git: "git", "ssh-keygen": "openssh-client" };

function unstartable(program: string, error: Error): GitError {
  const code = "code" in error ? String(error.code) : error.message;
  if (code !== "ENOENT") return new GitError("other", `\`${program}\` cannot be started (${code}).`);
  return new GitError(
    "no_program",
    `\`${program}\` cannot be started. Install it: apt-get install ${PACKAGES[program] ?? program}`,
  );
}

function tooMuch(program: string): GitError {
  return new GitError(
    "other",
    `\`${program}\` says more than ${KEPT_MIB} MiB, which is more than is read: the repository has too many branches and tags.`,
  );
}

function tooSlow(timeoutMs: number): GitError {
  return new GitError("too_slow", `The repository did not answer within ${Math.round(timeoutMs / 1_000)} s.`);
}

function interrupted(): GitError {
  return new GitError("interrupted", "The access to the repository was interrupted.");
}
