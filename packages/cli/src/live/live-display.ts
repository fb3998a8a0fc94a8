import { setTimeout as pause } from "node:timers/promises";
import type { GaiaClient } from "../client/api.ts";
import type { Context } from "../context.ts";
import { colouredLine } from "../terminal/control.ts";
import { Keyboard, type Key } from "../terminal/keyboard.ts";
import { LineCutter } from "../terminal/line-cutter.ts";
import { Screen } from "../terminal/screen.ts";
import type { Display, DisplayActions } from "./display.ts";
import { render, type View } from "./render.ts";
import type { LiveState } from "./state.ts";
import { Tails } from "./tails.ts";

/** 15 frames a second at most. */
const FRAME_MS = 67;
/** Clock and marks go on by themselves at this pace. */
const TICK_MS = 100;
const TAILS_EVERY_MS = 300;

/** Redraws the run in place on the terminal behind stderr, and reads keys. */
export class LiveDisplay implements Display {
  readonly #context: Context;
  readonly #screen = new Screen(process.stderr);
  readonly #keyboard: Keyboard | null;
  readonly #actions: DisplayActions;
  readonly #tails: Tails;
  readonly #stopTails = new AbortController();
  readonly #cutters = new Map<string, LineCutter>();
  readonly #ticker: NodeJS.Timeout;
  readonly #restore = () => this.#release(true);
  readonly #resume = () => this.#reopen();
  readonly #resize = () => this.#draw();
  readonly #tailsWork: Promise<void>;
  #state: LiveState;
  #frameDue: NodeJS.Timeout | null = null;
  #drawnAt = 0;
  #ticks = 0;
  #showLogs = false;
  #showKeys = false;
  #foot: string | null;
  #open = true;

  /** @param readKeys false when stdin is not the terminal */
  constructor(
    context: Context,
    client: GaiaClient,
    ref: string,
    state: LiveState,
    actions: DisplayActions,
    readKeys: boolean,
  ) {
    this.#context = context;
    this.#state = state;
    this.#actions = actions;
    this.#tails = new Tails(client, ref);
    this.#keyboard = readKeys ? new Keyboard(process.stdin, (key) => this.#key(key)) : null;
    this.#foot = readKeys ? "Ctrl-C stop   d leave   l logs   ? keys" : null;
    this.#keyboard?.open();
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    // Whatever ends this process, the cursor comes back.
    process.on("exit", this.#restore);
    process.on("SIGCONT", this.#resume);
    process.stderr.on("resize", this.#resize);
    this.#tailsWork = this.#readTails();
  }

  update(state: LiveState): void {
    this.#state = state;
    this.#schedule();
  }

  log(key: string, attempt: number, text: string): void {
    const cutter = this.#cutters.get(`${key} ${attempt}`) ?? new LineCutter();
    this.#cutters.set(`${key} ${attempt}`, cutter);
    const lines = cutter.push(text);
    if (lines.length > 0) this.#screen.printAbove(lines.map((line) => this.#logLine(key, line)).join("\n"));
  }

  notice(text: string): void {
    this.#screen.printAbove(`  ${this.#context.noteStyle.warn("!")} ${text}`);
  }

  stopping(): void {
    this.#foot = "Stopping. Ctrl-C once more leaves at once; the server goes on stopping.";
    this.#schedule();
  }

  async close(state: LiveState, ended: boolean): Promise<void> {
    this.#stopTails.abort();
    await this.#tailsWork;
    if (ended) await this.#tails.read(state).catch(() => {});
    this.#foot = null;
    this.#showKeys = false;
    this.#showLogs = false;
    if (this.#open) this.#draw(ended);
    this.#release(true);
    process.off("exit", this.#restore);
    process.off("SIGCONT", this.#resume);
    process.stderr.off("resize", this.#resize);
  }

  #key(key: Key): void {
    switch (key) {
      case "interrupt":
        this.#actions.interrupt();
        break;
      case "detach":
        this.#actions.detach();
        break;
      case "logs":
        this.#showLogs = !this.#showLogs;
        this.#schedule();
        break;
      case "keys":
        this.#showKeys = !this.#showKeys;
        this.#schedule();
        break;
      case "suspend":
        this.#release(false);
        // The whole group, as the terminal would have done it.
        process.kill(0, "SIGTSTP");
        break;
      case "other":
        break;
    }
  }

  #tick(): void {
    this.#ticks += 1;
    this.#schedule();
  }

  /** Draws now, or when the time since the last frame is over. */
  #schedule(): void {
    if (!this.#open || this.#frameDue !== null) return;
    const wait = FRAME_MS - (performance.now() - this.#drawnAt);
    if (wait <= 0) this.#draw();
    else this.#frameDue = setTimeout(() => this.#draw(), wait);
  }

  #draw(final = false): void {
    if (this.#frameDue !== null) clearTimeout(this.#frameDue);
    this.#frameDue = null;
    if (!this.#open) return;
    this.#drawnAt = performance.now();
    const columns = Math.max(20, process.stderr.columns);
    const rows = Math.max(4, process.stderr.rows);
    const view: View = {
      // The last column stays free: erasing up to the end of a full line would take its last character.
      columns: columns - 1,
      rows: rows - 1,
      now: this.#context.now(),
      style: this.#context.noteStyle,
      spin: final ? null : Math.floor(this.#ticks / 2),
      showLogs: this.#showLogs,
      showKeys: this.#showKeys,
      foot: this.#foot,
    };
    this.#screen.draw(render(this.#state, view), columns, rows);
  }

  #release(final: boolean): void {
    this.#open = false;
    if (final) clearInterval(this.#ticker);
    if (this.#frameDue !== null) clearTimeout(this.#frameDue);
    this.#frameDue = null;
    this.#screen.close(true);
    this.#keyboard?.close();
  }

  #reopen(): void {
    this.#open = true;
    this.#keyboard?.open();
    this.#draw();
  }

  #logLine(key: string, line: string): string {
    const style = this.#context.noteStyle;
    return `  ${style.busy(key)} ${style.faint("│")} ${colouredLine(line)}`;
  }

  async #readTails(): Promise<void> {
    const { signal } = this.#stopTails;
    while (!signal.aborted) {
      await this.#tails.read(this.#state).catch(() => {});
      await pause(TAILS_EVERY_MS, undefined, { signal }).catch(() => {});
    }
  }
}
