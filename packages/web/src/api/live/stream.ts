/** One SSE stream that heals: it comes back from its cursor, and rests while nobody looks. */

export interface StreamEvents {
  /** Answered: events come, from the cursor if there was one. */
  readonly opened: () => void;
  readonly event: (kind: string, data: unknown) => void;
  /** The connection broke; it is tried again at this moment (milliseconds since 1970). */
  readonly broke: (retryAt: number) => void;
  /** The server will not answer: signed out, or there is no such thing. */
  readonly refused: (status: number) => void;
}

/** A tab that is not seen gives its streams up after this: a browser has only six connections to a server. */
const HIDDEN_MS = 30_000;
/** The server says something each 15 seconds. Who is silent for so long is not there, though no connection broke. */
const SILENT_MS = 40_000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 8_000;

export class LiveStream {
  readonly #url: string;
  readonly #events: StreamEvents;
  #cursor: string | null = null;
  #abort: AbortController | null = null;
  #retryMs = FIRST_RETRY_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hiding: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /** @param url without the cursor, such as `/api/v1/events` */
  constructor(url: string, events: StreamEvents) {
    this.#url = url;
    this.#events = events;
    document.addEventListener("visibilitychange", this.#look);
    addEventListener("online", this.#retryNow);
    addEventListener("offline", this.#giveUp);
    void this.#open();
  }

  close(): void {
    this.#isClosed = true;
    document.removeEventListener("visibilitychange", this.#look);
    removeEventListener("online", this.#retryNow);
    removeEventListener("offline", this.#giveUp);
    clearTimeout(this.#timer);
    clearTimeout(this.#hiding);
    this.#giveUp();
  }

  /** Tries at once instead of waiting for its turn. */
  retry(): void {
    this.#retryNow();
  }

  readonly #retryNow = (): void => {
    if (this.#isClosed || this.#abort !== null) return;
    clearTimeout(this.#timer);
    void this.#open();
  };

  /** A network that went away breaks no connection: nothing more is heard on it, and nothing says so. */
  readonly #giveUp = (): void => this.#abort?.abort();

  readonly #heard = (): void => {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(this.#giveUp, SILENT_MS);
  };

  readonly #look = (): void => {
    clearTimeout(this.#hiding);
    if (document.visibilityState === "visible") this.#retryNow();
    else this.#hiding = setTimeout(this.#giveUp, HIDDEN_MS);
  };

  async #open(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.#heard();
    try {
      const after = this.#cursor === null ? {} : { "Last-Event-ID": this.#cursor };
      const response = await fetch(this.#url, {
        // The last one says that a page of ours asks, where the browser itself says nothing of it (plain http).
        headers: { Accept: "text/event-stream", "X-Gaia-Client": "web", ...after },
        signal: abort.signal,
        credentials: "same-origin",
        cache: "no-store",
      });
      if (!response.ok || response.body === null) {
        if (response.status >= 400 && response.status < 500 && response.status !== 429) {
          this.#isClosed = true;
          return this.#events.refused(response.status);
        }
        throw new Error(`status ${response.status}`);
      }
      this.#retryMs = FIRST_RETRY_MS;
      this.#events.opened();
      for await (const frame of framesOf(response.body, this.#heard)) {
        if (frame.id !== null) this.#cursor = frame.id;
        this.#events.event(frame.event, frame.data);
      }
    } catch {
      // It broke, or was given up; both are followed by another try.
    } finally {
      clearTimeout(this.#silence);
      this.#abort = null;
    }
    this.#later();
  }

  #later(): void {
    // A hidden tab waits until it is seen.
    if (this.#isClosed || document.visibilityState === "hidden") return;
    const waitMs = this.#retryMs;
    this.#retryMs = Math.min(LONGEST_RETRY_MS, waitMs * 2);
    this.#events.broke(Date.now() + waitMs);
    this.#timer = setTimeout(() => void this.#open(), waitMs);
  }
}

interface Frame {
  readonly event: string;
  readonly data: unknown;
  readonly id: string | null;
}

/** The frames of an event stream (WHATWG HTML, 9.2), of which Gaia uses event, data and id. `heard`: anything came. */
async function* framesOf(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<Frame> {
  let rest = "";
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      rest += decoder.decode(value, { stream: true });
      const parts = rest.split("\n\n");
      rest = parts.pop() ?? "";
      for (const part of parts) {
        const frame = frameFrom(part);
        if (frame !== null) yield frame;
      }
    }
  } finally {
    reader.releaseLock();
  }
}

function frameFrom(text: string): Frame | null {
  let event = "message";
  let id: string | null = null;
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("event:")) event = line.slice(6).trim();
    else if (line.startsWith("id:")) id = line.slice(3).trim();
    else if (line.startsWith("data:")) lines.push(line.slice(5).trimStart());
  }
  if (lines.length === 0) return null;
  try {
    return { event, id, data: JSON.parse(lines.join("\n")) };
  } catch {
    return null;
  }
}
