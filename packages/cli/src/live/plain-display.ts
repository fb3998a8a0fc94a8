import type { JobView } from "@gaia/contracts/api.ts";
import type { RunNews } from "../client/follow-run.ts";
import type { Context } from "../context.ts";
import { colouredLine, plainLine } from "../terminal/control.ts";
import { hasEnded, statusPaint } from "../terminal/glyphs.ts";
import { LineCutter } from "../terminal/line-cutter.ts";
import { durationText, timeText } from "../terminal/time.ts";
import { padEnd, textWidth } from "../terminal/width.ts";
import type { Display } from "./display.ts";
import { failureText } from "./row.ts";
import type { JobChange, LiveState } from "./state.ts";

/** Past this a long name shifts its own line only. */
const NAME_COLUMNS_MAX = 32;
const WAIT_WORTH_A_LINE_MS = 1000;

/** Lines with time stamps, one per change, for a pipe, a file, a CI system. */
export class PlainDisplay implements Display {
  readonly #context: Context;
  /** Only what went wrong. */
  readonly #quiet: boolean;
  readonly #cutters = new Map<string, LineCutter>();
  /** Queued tasks whose reason is told when it still holds a while later, and the reasons that were told. */
  readonly #waits = new Map<number, NodeJS.Timeout>();
  readonly #said = new Map<number, string>();
  #announced = false;
  #nameColumns = 8;

  constructor(context: Context, quiet: boolean) {
    this.#context = context;
    this.#quiet = quiet;
  }

  update(state: LiveState, news: RunNews, changes: readonly JobChange[]): void {
    if (news.kind === "lost" || news.kind === "restarting") this.#connection(news, state);
    if (news.kind === "back") this.#line("connected again", this.#context.noteStyle.warn);
    if (!this.#announced && state.run !== null) {
      this.#announced = true;
      if (!this.#quiet) this.#line(`${state.run.pipeline} · run #${state.run.number} (${state.run.id})`);
    }
    for (const { job } of changes) {
      if (job.group === null || job.status === "failed") this.#widen(job);
    }
    for (const change of changes) this.#change(change);
  }

  log(key: string, attempt: number, text: string): void {
    const cutter = this.#cutters.get(`${key} ${attempt}`) ?? new LineCutter();
    this.#cutters.set(`${key} ${attempt}`, cutter);
    for (const line of cutter.push(text)) this.#logLine(key, line);
  }

  notice(text: string): void {
    this.#line(text, this.#context.noteStyle.warn);
  }

  stopping(): void {
    this.notice("stopping the run; Ctrl-C once more leaves at once, the server goes on stopping");
  }

  async close(): Promise<void> {
    for (const timer of this.#waits.values()) clearTimeout(timer);
    for (const [name, cutter] of this.#cutters) {
      for (const line of cutter.flush()) this.#logLine(name.slice(0, name.lastIndexOf(" ")), line);
    }
  }

  #connection(news: RunNews, state: LiveState): void {
    if (news.kind === "lost" && news.cut) return;
    if (state.connection !== null) this.#line(state.connection, this.#context.noteStyle.warn);
  }

  #change({ before, job }: JobChange): void {
    clearTimeout(this.#waits.get(job.number));
    this.#waits.delete(job.number);
    if (job.status === "queued" && job.reason !== "" && !this.#quiet) this.#sayLater(job);
    const text = changeText(before, job);
    if (text !== null && (!this.#quiet || job.status === "failed")) this.#say(job, text);
  }

  /** Most tasks are on their way to a worker within milliseconds: only what goes on waiting is worth a line. */
  #sayLater(job: JobView): void {
    if (this.#said.get(job.number) === job.reason) return;
    const say = () => {
      this.#said.set(job.number, job.reason);
      this.#say(job, job.reason);
    };
    this.#waits.set(job.number, setTimeout(say, WAIT_WORTH_A_LINE_MS));
  }

  #say(job: JobView, text: string): void {
    this.#line(
      `${padEnd(job.key, this.#nameColumns)}  ${statusPaint(job.status, this.#context.noteStyle)(text)}`,
    );
  }

  #widen(job: JobView): void {
    this.#nameColumns = Math.max(this.#nameColumns, Math.min(NAME_COLUMNS_MAX, textWidth(job.key)));
  }

  #logLine(key: string, line: string): void {
    const clean = this.#context.noteStyle.colour ? colouredLine(line) : plainLine(line);
    this.#line(`${padEnd(key, this.#nameColumns)}  ${this.#context.noteStyle.faint("│")} ${clean}`);
  }

  #line(text: string, paint: (text: string) => string = (same) => same): void {
    const stamp = this.#context.noteStyle.faint(timeText(new Date(this.#context.now())));
    this.#context.note(`${stamp}  ${paint(text)}`.trimEnd());
  }
}

/** What is said of a change; null: nothing. */
export function changeText(before: JobView | null, job: JobView): string | null {
  switch (job.status) {
    case "pending":
    case "queued":
      return null;
    case "running":
      if (before?.status === "running" && before.attempt === job.attempt) return null;
      return job.attempt > 1 ? `running, attempt ${attemptText(job)}` : "running";
    case "waiting":
      return job.reason === "" ? "waiting" : `waiting: ${job.reason}`;
    case "stopping":
      return before?.status === "stopping" ? null : "stopping";
    case "completed":
      return `completed${tookText(job)}${job.reason === "" ? "" : `: ${job.reason}`}`;
    case "failed":
      return `failed${tookText(job)}: ${failureText(job)}`;
    case "skipped":
      return job.reason === "" || job.reason.startsWith("skipped")
        ? job.reason || "skipped"
        : `skipped: ${job.reason}`;
    case "cancelled":
      return `cancelled${job.reason === "" || job.reason === "cancelled" ? "" : `: ${job.reason}`}`;
  }
}

/** Attempts that were lost with their worker do not count against the policy, so that there may be more than it allows. */
function attemptText({ attempt, max_attempts: most }: JobView): string {
  return attempt > most ? `${attempt}: one before it was lost` : `${attempt} of ${most}`;
}

function tookText(job: JobView): string {
  const tells = hasEnded(job.status) && job.duration_ms !== null && job.started_at !== null;
  return tells ? ` in ${durationText(job.duration_ms ?? 0)}` : "";
}
