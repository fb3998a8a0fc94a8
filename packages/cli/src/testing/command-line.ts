import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The real program, as a process of its own. */
export const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home folder for one test; `remove` takes it away. */
export function temporaryHome(): { home: string; socket: string; remove: () => void } {
  const home = mkdtempSync(join(tmpdir(), "gaia-cli-"));
  return {
    home,
    socket: join(home, "gaia.sock"),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

const running = new Set<CommandLine>();

/**
 * Ends the commands that a test left running, before its server is taken away: one that is watching would take that for
 * a server that died, and start the real one.
 */
export async function endCommands(): Promise<void> {
  for (const command of running) command.process.kill("SIGKILL");
  await Promise.all([...running].map((command) => command.ended));
}

/** A command that was started. */
export class CommandLine {
  readonly process: ChildProcess;
  stdout = "";
  stderr = "";
  readonly ended: Promise<Ended>;
  readonly #waiting = new Set<() => void>();

  constructor(
    home: string,
    words: readonly string[],
    options: { env?: Record<string, string>; main?: string; cwd?: string; input?: string } = {},
  ) {
    const { NO_COLOR: _no, FORCE_COLOR: _force, CI: _ci, ...environment } = process.env;
    this.process = spawn(process.execPath, [options.main ?? MAIN, ...words], {
      env: { ...environment, GAIA_HOME: home, ...options.env },
      cwd: options.cwd ?? home,
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    this.process.stdin?.end(options.input);
    running.add(this);
    this.process.stdout?.on("data", (bytes: Buffer) => this.#took("stdout", bytes));
    this.process.stderr?.on("data", (bytes: Buffer) => this.#took("stderr", bytes));
    this.ended = new Promise((resolve) => {
      this.process.on("close", (status) => {
        running.delete(this);
        resolve({ status, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  /** Resolves when the text has been written to either stream. */
  async said(text: string): Promise<void> {
    await waitFor(
      `\`${text}\` in the output, which is:\n${this.stdout}${this.stderr}`,
      () => `${this.stdout}${this.stderr}`.includes(text),
      this.#waiting,
    );
  }

  #took(stream: "stdout" | "stderr", bytes: Buffer): void {
    this[stream] += bytes.toString("utf8");
    for (const wake of this.#waiting) wake();
  }
}

/** Does a command and waits for its end. */
export function gaia(home: string, ...words: readonly string[]): Promise<Ended> {
  return new CommandLine(home, words).ended;
}

const DEADLINE_MS = 20_000;

/** Waits for a fact; throws when it does not come about. `wakers`: where to be told that something happened. */
export async function waitFor(
  what: string,
  holds: () => boolean | Promise<boolean>,
  wakers: Set<() => void> = new Set(),
): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, 20);
      wakers.add(wake);
    });
  }
}
