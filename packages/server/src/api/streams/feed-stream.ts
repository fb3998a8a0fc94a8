import { type ActivityEntry, LIMITS, type RunView } from "@gaia/contracts";
import type { Published } from "../../engine/port.ts";
import type { FeedEntry, NoteRow } from "../../store/port.ts";
import type { ApiContext } from "../context.ts";
import { feedCursor, positionFrom } from "../cursors.ts";
import { noteView } from "../views/note-view.ts";
import { listedRunViews } from "../views/run-view.ts";
import { type Channel, frame } from "./channel.ts";
import { Pace } from "./pace.ts";

/** Runs that changed are read again in portions, so that a thousand of them do not hold up everything else. */
const PORTION = 100;

interface Note {
  readonly position: number;
  readonly note: NoteRow;
}

/**
 * All runs of a namespace: the newest state of each run that changed (`run`), and what is not about one run (`note`), at
 * most twenty times a second. Starts with `ready`; `reset` says that something was missed, and lists must be read again.
 */
export class FeedStream {
  readonly #context: ApiContext;
  readonly #channel: Channel;
  readonly #namespace: string;
  readonly #pace: Pace;
  #unsubscribe: () => void = () => undefined;
  /** Last position that the client has, or that waits to be sent. */
  #position = 0;
  #runs = new Set<string>();
  #notes: Note[] = [];
  #overflowed = false;
  #isReady = false;
  #isFlushing = false;
  #early: Published[] = [];

  constructor(context: ApiContext, channel: Channel, namespace: string) {
    this.#context = context;
    this.#channel = channel;
    this.#namespace = namespace;
    this.#pace = new Pace(() => void this.#flush());
  }

  async open(after: string | null): Promise<void> {
    this.#unsubscribe = this.#context.subscribe(this.#channel, (published) => this.#hear(published));
    this.#channel.listen({ drained: () => this.#pace.ask(true), closed: () => this.#close() });
    const bounds = await this.#context.deps.store.runs.feedBounds();
    const position = after === null ? null : positionFrom(after, this.#namespace);
    const isKept = position !== null && position >= bounds.first - 1 && position <= bounds.last;
    this.#position = isKept ? position : bounds.last;
    const missed = isKept
      ? await this.#context.deps.store.runs.feed(position, LIMITS.eventStreamBacklog + 1)
      : [];
    if (missed.length > LIMITS.eventStreamBacklog || (after !== null && !isKept)) this.#reset(bounds.last);
    else {
      this.#channel.write([frame("ready", {}, feedCursor(this.#namespace, this.#position))]);
      for (const entry of missed) this.#take(entry);
    }
    this.#isReady = true;
    for (const entry of this.#early.splice(0)) this.#takePublished(entry);
    this.#pace.ask(true);
  }

  #hear(published: readonly Published[]): void {
    if (!this.#isReady) this.#early.push(...published);
    else {
      for (const entry of published) this.#takePublished(entry);
      if (this.#runs.size + this.#notes.length > 0 || this.#overflowed) this.#pace.ask(false);
    }
  }

  #takePublished(entry: Published): void {
    const last = entry.kind === "run" ? entry.position + entry.events.length - 1 : entry.position;
    if (last <= this.#position) return;
    this.#position = last;
    const namespace = entry.kind === "run" ? entry.namespace : entry.note.namespace;
    if (namespace !== this.#namespace) return;
    if (entry.kind === "run") this.#runs.add(entry.run);
    else this.#notes.push(entry);
    if (this.#runs.size + this.#notes.length <= LIMITS.eventStreamBacklog) return;
    this.#overflowed = true;
    this.#runs.clear();
    this.#notes = [];
  }

  #take(entry: FeedEntry): void {
    this.#position = entry.position;
    const namespace = entry.kind === "run" ? entry.namespace : entry.note.namespace;
    if (namespace !== this.#namespace) return;
    if (entry.kind === "run") this.#runs.add(entry.run);
    else this.#notes.push(entry);
  }

  #reset(position: number): void {
    this.#position = Math.max(this.#position, position);
    const data = { reason: "what happened since is not kept; read the lists again" };
    this.#channel.write([frame("reset", data, feedCursor(this.#namespace, this.#position))]);
  }

  async #flush(): Promise<void> {
    if (!this.#isReady || this.#isFlushing || this.#channel.isBlocked || !this.#channel.isOpen) return;
    this.#isFlushing = true;
    try {
      if (this.#overflowed) {
        this.#overflowed = false;
        this.#reset(this.#position);
      }
      const position = this.#position;
      const ids = [...this.#runs];
      const notes = this.#notes;
      this.#runs = new Set();
      this.#notes = [];
      if (ids.length + notes.length === 0) return;
      const views = await this.#viewsOf(ids);
      const frames = [
        ...views.map((view) => frame("run", view, null)),
        ...notes.map((note) => frame("note", this.#noteView(note), null)),
      ];
      // The cursor comes with the last frame: what is before it has arrived then.
      this.#channel.write([...frames, frame("cursor", {}, feedCursor(this.#namespace, position))]);
    } catch {
      this.#channel.end("failed"); // the store cannot be read; the client comes back with its cursor
    } finally {
      this.#isFlushing = false;
      if (this.#runs.size + this.#notes.length > 0) this.#pace.ask(false);
    }
  }

  /** From the store, where everything that was published is: memory may be ahead of it. */
  async #viewsOf(ids: readonly string[]): Promise<readonly RunView[]> {
    const { store, now } = this.#context.deps;
    const views: RunView[] = [];
    for (let at = 0; at < ids.length; at += PORTION) {
      const summaries = await Promise.all(ids.slice(at, at + PORTION).map((id) => store.runs.summary(id)));
      const found = summaries.filter((summary) => summary !== null);
      views.push(...(await listedRunViews(store, found, now())));
    }
    return views;
  }

  #noteView({ position, note }: Note): ActivityEntry {
    return noteView(note, feedCursor(this.#namespace, position));
  }

  #close(): void {
    this.#unsubscribe();
    this.#pace.stop();
    this.#early = [];
    this.#notes = [];
    this.#runs.clear();
  }
}
