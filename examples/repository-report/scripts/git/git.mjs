// How the scripts run git: without a shell, without asking, without running what the analysed repository's
// configuration names (hooks, pagers, external diffs, signature checks, network), and streamed.
import { spawn } from "node:child_process";

/** Bytes of one record (a line, or what stands between two NULs) that are kept; the rest of it is dropped. */
export const RECORD_LIMIT_BYTES = 1 << 20;
const STDERR_LIMIT_BYTES = 4096;

const SAFE_OPTIONS = [
  "--no-pager",
  ...["core.fsmonitor=false", "core.hooksPath=/dev/null", "core.quotePath=true", "color.ui=false"].flatMap(
    setting,
  ),
  ...[
    "log.showSignature=false",
    "log.mailmap=true",
    "diff.orderFile=/dev/null",
    "protocol.allow=never",
  ].flatMap(setting),
  ...["grep.lineNumber=false", "grep.column=false", "grep.fullName=false"].flatMap(setting),
];

/** git ended with an error. `exitCode` is git's, `stderr` its last words. */
export class GitError extends Error {
  constructor(args, exitCode, stderr) {
    super(`git ${args[0]} failed (exit ${exitCode}): ${lastLine(stderr) || "it gave no reason"}`);
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** A problem that the reader can solve: shown as one line, without a stack. */
export class ExpectedFailure extends Error {}

/**
 * Starts git in the repository and gives its output as it comes. `input` is written to its stdin.
 * `allowedExitCodes`: git grep says 1 for "nothing found".
 */
export function startGit(repositoryPath, args, { input, allowedExitCodes = [0] } = {}) {
  const child = spawn("git", ["-C", repositoryPath, ...SAFE_OPTIONS, ...args], {
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    env: gitEnvironment(),
  });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr = (stderr + chunk.toString("latin1")).slice(-STDERR_LIMIT_BYTES);
  });
  // When git ends early its stdin breaks; the exit code tells the reason, so the broken pipe itself is no news.
  input?.on("error", () => child.stdin.destroy());
  child.stdin?.on("error", () => input?.destroy());
  input?.pipe(child.stdin);
  const ended = new Promise((resolve, reject) => {
    child.on("error", (error) => reject(error.code === "ENOENT" ? gitMissing() : error));
    child.on("close", (exitCode, signal) => {
      if (signal !== null || allowedExitCodes.includes(exitCode)) resolve(exitCode);
      else reject(new GitError(args, exitCode, stderr));
    });
  });
  ended.catch(() => undefined);
  return { stdout: child.stdout, ended, stop: () => child.kill("SIGTERM") };
}

/** Runs git for a short answer, as text. */
export async function gitText(repositoryPath, args, options) {
  const git = startGit(repositoryPath, args, options);
  const chunks = [];
  for await (const chunk of git.stdout) chunks.push(chunk);
  await git.ended;
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * Runs git and gives its records in batches, as latin1 strings (one character a byte, whatever the encoding is).
 * Memory stays flat: one chunk and one record of at most RECORD_LIMIT_BYTES. Leaving the loop stops git.
 */
export async function* gitRecords(repositoryPath, args, { separator = "\n", ...options } = {}) {
  const git = startGit(repositoryPath, args, options);
  yield* recordsOf(git, separator);
}

/** The records of a started git. */
export async function* recordsOf(git, separator) {
  let rest = "";
  let finished = false;
  try {
    for await (const chunk of git.stdout) {
      const records = chunk.toString("latin1").split(separator);
      if (records.length === 1) {
        if (rest.length < RECORD_LIMIT_BYTES) rest += records[0];
        continue;
      }
      records[0] = rest + records[0];
      rest = records.pop();
      yield records;
    }
    if (rest !== "") yield [rest];
    finished = true;
  } finally {
    if (!finished) git.stop();
  }
  await git.ended;
}

function gitEnvironment() {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  return {
    ...Object.fromEntries(inherited),
    LC_ALL: "C",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_LAZY_FETCH: "1",
  };
}

function gitMissing() {
  return new ExpectedFailure("git was not found on PATH. Install git (2.30 or newer), then start again.");
}

function setting(value) {
  return ["-c", value];
}

function lastLine(text) {
  return text.trim().split("\n").at(-1) ?? "";
}
