import { StringDecoder } from "node:string_decoder";
import { GaiaError } from "@gaia/contracts/errors.ts";
import { refusalFrom, type HttpQuestion, type Transport } from "./http.ts";

/** One message of a server-sent stream. */
export interface SseMessage {
  /** `message` when the server named none. */
  readonly event: string;
  readonly data: string;
  /** The cursor to come back with; null when none was sent yet. */
  readonly id: string | null;
}

/** The server sends a comment each 15 s; three missed ones mean that nobody is there. */
const SILENCE_MS = 50_000;

/** A snapshot of 1,000 jobs is about 1 MB; past this the stream is not ours. */
const MESSAGE_CHARACTERS_MAX = 64_000_000;

/** How a stream came to its end: closed by the server in good order, or cut off. */
export type SseEnd = "closed" | "cut";

/** Reads one stream until it ends. Throws when it cannot be opened; the return value says how it ended. */
export async function* readStream(
  transport: Transport,
  question: HttpQuestion,
  lastEventId: string | null,
): AsyncGenerator<SseMessage, SseEnd> {
  const headers = { ...question.headers, accept: "text/event-stream" };
  const response = await transport.open({
    ...question,
    idleMs: SILENCE_MS,
    headers: lastEventId === null ? headers : { ...headers, "last-event-id": lastEventId },
  });
  if (response.statusCode !== 200) throw await refusal(response);
  const parser = new SseParser(lastEventId);
  try {
    for await (const chunk of response) {
      yield* parser.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
    }
  } catch (reason) {
    if (reason instanceof GaiaError) throw reason;
    return "cut";
  }
  return response.complete ? "closed" : "cut";
}

/** Cuts bytes into messages, as the HTML standard says (section 9.2.6). */
export class SseParser {
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";
  #event = "";
  #data: string[] = [];
  #id: string | null;

  constructor(lastEventId: string | null = null) {
    this.#id = lastEventId;
  }

  /** The messages that these bytes complete. */
  push(bytes: Buffer): SseMessage[] {
    this.#rest += this.#decoder.write(bytes);
    if (this.#rest.length > MESSAGE_CHARACTERS_MAX) {
      throw new GaiaError("too_large", "The server sent a message that is too large.");
    }
    const messages: SseMessage[] = [];
    // A carriage return at the very end may be the first half of CR LF: it waits for what follows.
    const whole = this.#rest.endsWith("\r") ? this.#rest.slice(0, -1) : this.#rest;
    const lines = whole.split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? "") + this.#rest.slice(whole.length);
    for (const line of lines) {
      const message = this.#line(line);
      if (message !== null) messages.push(message);
    }
    return messages;
  }

  #line(line: string): SseMessage | null {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#event = value;
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    return null;
  }

  #dispatch(): SseMessage | null {
    const data = this.#data;
    const event = this.#event;
    this.#data = [];
    this.#event = "";
    if (data.length === 0 && event === "") return null;
    return { event: event === "" ? "message" : event, data: data.join("\n"), id: this.#id };
  }
}

async function refusal(
  response: AsyncIterable<unknown> & { statusCode?: number | undefined },
): Promise<GaiaError> {
  const chunks: Buffer[] = [];
  for await (const chunk of response)
    chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  return refusalFrom({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) });
}
