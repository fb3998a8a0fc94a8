import { useCallback, useSyncExternalStore } from "react";
import { api, data, type EventView, type JobView, type RunDetail, type RunView } from "../api/client.ts";
import { LiveStream } from "../api/live/stream.ts";
import { Refusal, refusalFrom } from "../api/refusal.ts";
import { folded, LOADING, type News, type RunState } from "./run-state.ts";

/** A run with more jobs is shown by its first ones and its numbers; its lists are read by pages. */
export const JOBS_MAX = 20_000;
const PAGE_JOBS = 500;
/** A run that nobody looks at is let go after this: changing tabs keeps its stream. */
const LINGER_MS = 5_000;
/** While no frames are drawn, in a hidden tab, news is taken in at this pace. */
const HIDDEN_MS = 500;

/**
 * The live run: its newest state, its jobs, and what happened since it was opened. All who ask for the same run share one
 * stream. Changes come at most once a frame.
 *
 * @param id of the run, or another reference to it such as `pipeline#14`
 */
export function useRun(id: string): RunState {
  const subscribe = useCallback((listener: () => void) => liveRun(id).subscribe(listener), [id]);
  return useSyncExternalStore(subscribe, () => liveRun(id).state);
}

/** Opens the run again after it failed. */
export function reopenRun(id: string): void {
  liveRun(id).reopen();
}

const runs = new Map<string, LiveRun>();

function liveRun(id: string): LiveRun {
  const known = runs.get(id);
  if (known !== undefined) return known;
  const run = new LiveRun(id, () => runs.delete(id));
  runs.set(id, run);
  return run;
}

class LiveRun {
  state: RunState = LOADING;
  readonly #id: string;
  readonly #forget: () => void;
  readonly #listeners = new Set<() => void>();
  #stream: LiveStream | null = null;
  #news: News[] = [];
  #frame: (() => void) | null = null;
  #linger: ReturnType<typeof setTimeout> | undefined;
  /** Jobs behind those of the snapshot that were told before their page came; they are newer than the page. */
  #ahead = new Map<number, JobView>();
  #pages: AbortController | null = null;

  constructor(id: string, forget: () => void) {
    this.#id = id;
    this.#forget = forget;
  }

  subscribe(listener: () => void): () => void {
    clearTimeout(this.#linger);
    this.#listeners.add(listener);
    if (this.#stream === null && this.state.status === "loading") this.#open();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#linger = setTimeout(() => this.#close(), LINGER_MS);
    };
  }

  reopen(): void {
    this.#stream?.close();
    this.state = LOADING;
    this.#tell();
    this.#open();
  }

  #open(): void {
    this.#stream = new LiveStream(`/api/v1/runs/${encodeURIComponent(this.#id)}/stream`, {
      opened: () => undefined,
      event: (kind, told) => this.#hear(kind, told),
      broke: () => this.#hearRefusal(refusalFrom(null)),
      refused: (status) => void this.#explain(status),
    });
  }

  #close(): void {
    this.#stream?.close();
    this.#pages?.abort();
    this.#frame?.();
    this.#forget();
  }

  /** The frames are those of the server's document; `as` is the edge. */
  #hear(kind: string, told: unknown): void {
    if (kind === "snapshot") {
      const detail = told as RunDetail;
      this.#put({ kind, detail });
      void this.#readRest(detail);
    } else if (kind === "job") this.#hearJob(told as JobView);
    else if (kind === "run") this.#put({ kind, run: told as RunView });
    else if (kind === "event") this.#put({ kind, event: told as EventView });
    else if (kind === "reset") this.#put({ kind });
    // It has ended and does not change any more: the stream is not asked for again.
    else if (kind === "end") this.#stream?.close();
  }

  #hearJob(job: JobView): void {
    if (this.#pages !== null) this.#ahead.set(job.number, job);
    this.#put({ kind: "job", job });
  }

  #hearRefusal(refusal: Refusal): void {
    this.#put({ kind: "refused", refusal });
  }

  /** The stream says only that it was refused; the run itself says why. */
  async #explain(status: number): Promise<void> {
    try {
      await data(api.GET("/runs/{ref}", { params: { path: { ref: this.#id } } }));
      this.#hearRefusal(new Refusal(status, "unavailable", "The server refused the run's stream.", {}, ""));
    } catch (caught) {
      this.#hearRefusal(refusalFrom(caught));
    }
  }

  /** The snapshot holds the first 1,000 jobs. */
  async #readRest({ id, jobs, jobs_total: total }: RunDetail): Promise<void> {
    this.#pages?.abort();
    this.#pages = null;
    this.#ahead.clear();
    const last = jobs.at(-1);
    if (last === undefined || jobs.length >= Math.min(total, JOBS_MAX)) return;
    const pages = new AbortController();
    this.#pages = pages;
    let cursor: string | null = `j${last.number + 1}`;
    while (cursor !== null && !pages.signal.aborted) {
      const page: Page | null = await this.#readPage(id, cursor, pages.signal);
      if (page === null || pages.signal.aborted) return;
      const items = page.items.map((job) => this.#ahead.get(job.number) ?? job);
      this.#put({ kind: "jobs", jobs: items });
      cursor = (items.at(-1)?.number ?? 0) + 1 < JOBS_MAX ? page.next_cursor : null;
    }
    this.#put({ kind: "jobs", jobs: [...this.#ahead.values()] });
    this.#ahead.clear();
    this.#pages = null;
  }

  /** Null: given up. A page that fails is tried again for as long as the run is looked at. */
  async #readPage(ref: string, cursor: string, signal: AbortSignal): Promise<Page | null> {
    while (!signal.aborted) {
      try {
        const params = { path: { ref }, query: { cursor, limit: String(PAGE_JOBS) } };
        return await data(api.GET("/runs/{ref}/jobs", { params, signal }));
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    }
    return null;
  }

  #put(news: News): void {
    this.#news.push(news);
    this.#frame ??= nextFrame(() => {
      this.#frame = null;
      const next = folded(this.state, this.#news.splice(0));
      if (next === this.state) return;
      this.state = next;
      this.#tell();
    });
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

interface Page {
  readonly items: readonly JobView[];
  readonly next_cursor: string | null;
}

/** Calls once, with the next frame that is drawn, or soon if none is. Gives back how to call it off. */
function nextFrame(work: () => void): () => void {
  const off = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  const once = (): void => {
    off();
    work();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, HIDDEN_MS);
  return off;
}
