import { type ChildProcess, spawn } from "node:child_process";
import { formatDuration } from "@gaia/core/policy/index.ts";
import { BuildError, Interrupted } from "../build-error.ts";
import { diskError, fullDisk } from "../disk.ts";
import { complaintIn } from "./complaint.ts";
import { findTool, missingTool } from "./toolchains.ts";

/** A command of a build. */
export interface Step {
  /** Without a slash it is looked up on the PATH of the environment. */
  readonly file: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** As people are told of it; its words when left out. */
  readonly shown?: string;
}

export interface StepsOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** Of each step. */
  readonly stepMs: number;
  readonly outputBytes: number;
  /** Folders whose disks must not fill up. */
  readonly disks: readonly string[];
  readonly signal: AbortSignal;
  /** Where steps print. */
  readonly out: NodeJS.WritableStream;
}

const KILL_GRACE_MS = 5_000;
const DISK_CHECK_MS = 1_000;
/** After the end of a step, for what it left behind with its output open. */
const OUTPUT_GRACE_MS = 2_000;
const TAIL_BYTES = 65_536;

/** Runs the commands of one build, each in a process group of its own, within the build's limits. */
export class Steps {
  readonly #options: StepsOptions;
  #printedBytes = 0;

  constructor(options: StepsOptions) {
    this.#options = options;
  }

  get environment(): Readonly<Record<string, string>> {
    return this.#options.environment;
  }

  /** A line between those of the steps. */
  tell(line: string): void {
    this.#options.out.write(`${line}\n`);
  }

  /** Runs a step; what it prints is shown. Throws a `BuildError` when it fails. */
  async run(step: Step): Promise<void> {
    const shown = step.shown ?? [step.file, ...step.args].join(" ");
    this.#options.out.write(`$ ${shown}\n`);
    const { tail, code, signal } = await this.#perform(step, shown, true);
    if (tail !== "" && !tail.endsWith("\n")) this.#options.out.write("\n");
    if (code === 0) return;
    const how = code === null ? `was ended by ${signal}` : `failed with exit code ${code}`;
    throw (
      (await this.#fullDisk(tail)) ??
      complaintIn(tail, shown) ??
      new BuildError(`\`${shown}\` ${how}.`, "Its output above says why.")
    );
  }

  /** What a command prints, of both streams; for questions such as a version. Throws a `BuildError` when it fails. */
  async ask(step: Step): Promise<string> {
    const shown = step.shown ?? [step.file, ...step.args].join(" ");
    const { tail, code } = await this.#perform(step, shown, false);
    if (code === 0) return tail.trim();
    throw new BuildError(`\`${shown}\` failed: ${tail.trim().slice(-500)}`, "Mend that first.");
  }

  async #perform(step: Step, shown: string, show: boolean): Promise<Ended> {
    const { signal, out } = this.#options;
    if (signal.aborted) throw new Interrupted(String(signal.reason));
    const environment = { ...this.#options.environment, ...step.environment };
    if (!step.file.includes("/") && findTool(step.file, environment) === null) throw missingTool(step.file);
    const child = spawn(step.file, step.args, {
      cwd: step.folder,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let failure: Error | null = null;
    const end = (reason: Error): void => {
      if (failure !== null) return;
      failure = reason;
      signalGroup(child, "SIGTERM");
      killer = setTimeout(() => signalGroup(child, "SIGKILL"), KILL_GRACE_MS);
    };
    let killer: NodeJS.Timeout | undefined;
    const limit = setTimeout(() => end(this.#tooLong(shown)), this.#options.stepMs);
    const watch = setInterval(
      () => void this.#fullDisk("").then((full) => full !== null && end(full)),
      DISK_CHECK_MS,
    );
    const interrupt = (): void => end(new Interrupted(String(signal.reason)));
    signal.addEventListener("abort", interrupt, { once: true });
    try {
      const tail = follow(child, (bytes, more) => {
        if (!show) return;
        this.#printedBytes += bytes.length;
        if (this.#printedBytes > this.#options.outputBytes)
          end(tooMuchOutput(shown, this.#options.outputBytes));
        else if (!out.write(bytes)) more(out);
      });
      const ended = await ending(child, step.file);
      if (failure !== null) throw failure as Error;
      return { ...ended, tail: tail() };
    } finally {
      clearTimeout(limit);
      clearTimeout(killer);
      clearInterval(watch);
      signal.removeEventListener("abort", interrupt);
    }
  }

  #tooLong(shown: string): BuildError {
    return new BuildError(
      `\`${shown}\` took longer than ${formatDuration(this.#options.stepMs)}.`,
      "Give it longer with --timeout, or with `timeout:` in gaia.yaml, if it does not hang.",
    );
  }

  async #fullDisk(output: string): Promise<BuildError | null> {
    for (const folder of this.#options.disks) {
      const full = await fullDisk(folder).catch(() => null);
      if (full !== null) return full;
    }
    const [folder] = this.#options.disks;
    if (folder === undefined || !/no space left on device|disk quota exceeded/i.test(output)) return null;
    return diskError(folder, Object.assign(new Error(output), { code: "ENOSPC" }));
  }
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly tail: string;
}

/** Passes on what a process prints, and keeps its end. */
function follow(
  child: ChildProcess,
  told: (bytes: Buffer, wait: (out: NodeJS.WritableStream) => void) => void,
): () => string {
  let tail: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (bytes: Buffer) => {
      tail = Buffer.concat([tail, bytes]).subarray(-TAIL_BYTES);
      told(bytes, (out) => {
        stream.pause();
        out.once("drain", () => stream.resume());
      });
    });
  }
  return () => tail.toString("utf8");
}

function ending(child: ChildProcess, file: string): Promise<Omit<Ended, "tail">> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(refused(file, error)));
    child.once("exit", (code, signal) => {
      // What it started and left behind.
      signalGroup(child, "SIGKILL");
      const done = (): void => {
        clearTimeout(timer);
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve({ code, signal });
      };
      const timer = setTimeout(done, OUTPUT_GRACE_MS);
      child.once("close", done);
    });
  });
}

function refused(file: string, error: Error): BuildError {
  return new BuildError(
    `\`${file}\` cannot be started: ${error.message}.`,
    "Check that it may be executed.",
    {
      cause: error,
    },
  );
}

function tooMuchOutput(shown: string, limitBytes: number): BuildError {
  const limit = `${limitBytes.toLocaleString("en-US")} bytes (buildOutputBytes)`;
  return new BuildError(`\`${shown}\` printed more than ${limit}.`, "Make it print less, or mend its loop.");
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone.
  }
}
