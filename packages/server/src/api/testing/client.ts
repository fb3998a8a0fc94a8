import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { until } from "./until.ts";

/** Where a test asks. */
export type Target = { readonly socketPath: string } | { readonly host: string; readonly port: number };

export interface Question {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly json?: unknown;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  /** The body as JSON; what it is, the test knows. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read answers field by field
  readonly json: any;
}

/** One request and its whole answer, without a connection that is kept. */
export async function ask(target: Target, question: Question): Promise<Reply> {
  const response = await open(target, question);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString("utf8");
  const isJson = response.headers["content-type"]?.startsWith("application/json") === true;
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    bytes,
    text,
    json: isJson && text !== "" ? JSON.parse(text) : null,
  };
}

export function open(target: Target, question: Question): Promise<IncomingMessage> {
  const body = question.json === undefined ? question.body : JSON.stringify(question.json);
  const headers: Record<string, string> = { ...question.headers };
  if (question.json !== undefined) headers["content-type"] ??= "application/json";
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = request(
    { ...target, method: question.method ?? "GET", path: question.path, headers, agent: false },
    resolve,
  );
  outgoing.on("error", reject);
  outgoing.end(body);
  return promise;
}

export interface Message {
  readonly event: string;
  readonly id: string | null;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read answers field by field
  readonly data: any;
}

/** An event stream, read in the background. */
export class Listening {
  readonly messages: Message[] = [];
  readonly response: IncomingMessage;
  /** How it ended; null while it goes on. */
  ended: "closed" | "cut" | null = null;
  comments = 0;
  #rest = "";

  private constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding("utf8");
    response.on("data", (text: string) => this.#push(text));
    response.on("end", () => (this.ended ??= "closed"));
    response.on("error", () => (this.ended ??= "cut"));
    response.on("close", () => (this.ended ??= "cut"));
  }

  static async to(
    target: Target,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Listening> {
    const response = await open(target, { path, headers });
    if (response.statusCode !== 200) throw new Error(`the stream was refused with ${response.statusCode}`);
    return new Listening(response);
  }

  of(event: string): readonly Message[] {
    return this.messages.filter((message) => message.event === event);
  }

  /** Waits for the first message that is meant. */
  async first(event: string, isMeant: (message: Message) => boolean = () => true): Promise<Message> {
    return until(
      () => this.of(event).find(isMeant),
      `a message \`${event}\`; there are ${this.messages.map((message) => message.event).join(", ")}`,
    );
  }

  async end(): Promise<"closed" | "cut"> {
    return until(() => this.ended, "the stream ends");
  }

  stop(): void {
    this.response.destroy();
  }

  #push(text: string): void {
    const parts = (this.#rest + text).split("\n\n");
    this.#rest = parts.pop() ?? "";
    for (const part of parts) {
      const fields = new Map(
        part
          .split("\n")
          .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trimStart()]),
      );
      const data = fields.get("data");
      if (data === undefined) this.comments += 1;
      else
        this.messages.push({
          event: fields.get("event") ?? "message",
          id: fields.get("id") ?? null,
          data: JSON.parse(data),
        });
    }
  }
}
