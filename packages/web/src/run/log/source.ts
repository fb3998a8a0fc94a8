import { LiveStream } from "../../api/live/stream.ts";
import { type LogLine, type LogName, LineStore } from "./line-store.ts";
import { joined, type LogOutline, type OutlineMessage } from "./outline.ts";
import type { Refusal } from "../../api/refusal.ts";

/** What is shown of a log, at one moment. */
export interface LogState {
  /** Null: not heard of yet. */
  readonly outline: LogOutline | null;
  /** `reading`: told as it grows; `refused`: there is no such log, or nobody is signed in. */
  readonly connection: "connecting" | "reading" | "offline" | "ended" | "refused";
  /** Status of the refusal; 0 when it is none. */
  readonly status: number;
  readonly failure: Refusal | null;
  /** Grows when lines came. */
  readonly version: number;
  /** False: no line says when it came. */
  readonly hasTimes: boolean;
}

const NOTHING: LogState = {
  outline: null,
  connection: "connecting",
  status: 0,
  failure: null,
  version: 0,
  hasTimes: true,
};

/** One attempt's log as it is written: its outline as a stream, its lines as they are looked at. */
export class LogSource {
  readonly name: LogName;
  readonly #lines: LineStore;
  readonly #listeners = new Set<() => void>();
  #stream: LiveStream | null = null;
  #state = NOTHING;
  #isFresh = true;
  /** All that was told; what is shown waits a moment for the lines that came with it. */
  #outline: LogOutline | null = null;

  constructor(name: LogName) {
    this.name = name;
    this.#lines = new LineStore(name, () => {
      const { failure, hasTimes } = this.#lines;
      this.#set({ outline: this.#outline, failure, hasTimes, version: this.#state.version + 1 });
    });
  }

  /** Listens while somebody looks. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#stream ??= this.#open();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#stream?.close();
      this.#stream = null;
    };
  };

  readonly state = (): LogState => this.#state;

  line(line: number): LogLine | null {
    return this.#lines.get(line);
  }

  want(lines: readonly number[]): void {
    this.#lines.want(lines);
  }

  retry(): void {
    this.#stream?.retry();
    this.#lines.retry();
  }

  #open(): LiveStream {
    const { run, job, attempt } = this.name;
    const path = `/api/v1/runs/${encodeURIComponent(run)}/jobs/${encodeURIComponent(job)}/log/outline`;
    return new LiveStream(`${path}?follow=1&attempt=${attempt}`, {
      opened: () => {
        // A connection begins with everything.
        this.#isFresh = true;
        if (this.#state.connection !== "ended") this.#set({ connection: "reading" });
      },
      event: (kind, data) => this.#hear(kind, data),
      broke: () => {
        if (this.#state.connection !== "ended") this.#set({ connection: "offline" });
      },
      refused: (status) => this.#set({ connection: "refused", status }),
    });
  }

  #hear(kind: string, data: unknown): void {
    if (kind === "outline") {
      const message = data as OutlineMessage;
      const before = this.#outline;
      const outline = joined(this.#isFresh ? null : before, message);
      this.#isFresh = false;
      this.#outline = outline;
      this.#lines.grow(outline.lines, outline.size_bytes);
      // Rows whose text is a few milliseconds away would only flicker.
      this.#set({ outline: this.#lines.isAsking && this.#state.outline !== null ? before : outline });
    } else if (kind === "end") {
      this.#stream?.close();
      this.#set({ outline: this.#outline, connection: "ended" });
    }
  }

  #set(change: Partial<LogState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
