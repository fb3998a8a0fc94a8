import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { MAIN, waitFor } from "./command-line.ts";

const run = promisify(execFile);

/** A real terminal: a tmux server of its own, with one window in which the command runs. */
export class TmuxTerminal {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** A window of this size with `gaia` and these words in it. What stays on the screen when it ends, stays. */
  static async open(
    size: { columns: number; rows: number },
    home: string,
    words: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): Promise<TmuxTerminal> {
    // In the test's own folder, so that nothing of it is left behind.
    const terminal = new TmuxTerminal(join(home, "tmux"));
    const line = [process.execPath, MAIN, ...words].map((word) => `'${word}'`).join(" ");
    // The status and the state of the terminal are printed below what the command left.
    const shell = `${line}; echo "[status $?]"; stty -a | grep -o ' -\\?\\(icanon\\|echo\\) ' | tr -d '\\n'; sleep 1000`;
    const { TMUX: _tmux, NO_COLOR: _no, FORCE_COLOR: _force, CI: _ci, ...environment } = process.env;
    const start = [
      "-f",
      "/dev/null",
      "new-session",
      "-d",
      "-x",
      String(size.columns),
      "-y",
      String(size.rows),
    ];
    await terminal.#tmux([...start, "-s", "test", shell], { ...environment, GAIA_HOME: home, ...more });
    return terminal;
  }

  /** The lines on the screen, without those that are empty at its end. */
  async lines(): Promise<string[]> {
    const { stdout } = await this.#tmux(["capture-pane", "-p", "-t", "test"]);
    return stdout.trimEnd().split("\n");
  }

  async shows(text: string): Promise<void> {
    let last = "";
    await waitFor(`\`${text}\` on the screen`, async () => {
      last = (await this.lines()).join("\n");
      return last.includes(text);
    }).catch((reason: unknown) => {
      throw new Error(`${String(reason)}; it shows:\n${last}`);
    });
  }

  async showsNot(text: string): Promise<void> {
    await waitFor(
      `\`${text}\` gone from the screen`,
      async () => !(await this.lines()).join("\n").includes(text),
    );
  }

  async press(key: string): Promise<void> {
    await this.#tmux(["send-keys", "-t", "test", key]);
  }

  async resize(size: { columns: number; rows: number }): Promise<void> {
    await this.#tmux(["resize-window", "-t", "test", "-x", String(size.columns), "-y", String(size.rows)]);
  }

  /** Whether the cursor is visible. */
  async hasCursor(): Promise<boolean> {
    const { stdout } = await this.#tmux([
      "display-message",
      "-p",
      "-t",
      "test",
      "#{cursor_flag}#{wrap_flag}",
    ]);
    return stdout.trim() === "11";
  }

  /** Ends what runs in the window, waits until it is gone, then ends this tmux server. */
  async close(): Promise<void> {
    const { stdout } = await this.#tmux(["display-message", "-p", "-t", "test", "#{pane_pid}"]).catch(() => ({
      stdout: "",
    }));
    const shell = Number(stdout.trim());
    const pids = shell > 0 ? [shell, ...childrenOf(shell)] : [];
    await this.#tmux(["kill-server"]).catch(() => {});
    for (const pid of pids) endProcess(pid);
    await waitFor(
      "the end of what ran in the terminal",
      () => !pids.some((pid) => existsSync(`/proc/${pid}`)),
    );
  }

  #tmux(words: readonly string[], environment: NodeJS.ProcessEnv = process.env): Promise<{ stdout: string }> {
    return run("tmux", ["-S", this.#socket, ...words], { env: environment });
  }
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return text
      .split(" ")
      .filter((word) => word !== "")
      .map(Number);
  } catch {
    return [];
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
