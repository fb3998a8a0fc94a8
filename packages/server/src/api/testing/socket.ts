import { WebSocket } from "ws";
import type { Message, Reply, Target } from "./client.ts";
import { until } from "./until.ts";

/** A WebSocket, read in the background. */
export class Dialled {
  readonly messages: Message[] = [];
  readonly socket: WebSocket;
  /** How it ended: code and reason; null while it goes on. */
  ended: { readonly code: number; readonly reason: string } | null = null;
  pings = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Buffer) => this.messages.push(JSON.parse(data.toString("utf8")) as Message));
    socket.on("ping", () => (this.pings += 1));
    socket.on("close", (code, reason) => (this.ended = { code, reason: reason.toString() }));
    socket.on("error", () => undefined);
  }

  /** @throws Refused when the server answers with something else than a WebSocket */
  static async to(
    target: Target,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Dialled> {
    const place =
      "socketPath" in target ? `ws+unix:${target.socketPath}:` : `ws://${target.host}:${target.port}`;
    const socket = new WebSocket(place + path, { headers: { ...headers } });
    const dialled = new Dialled(socket);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.on("open", resolve);
    socket.on("unexpected-response", (_request, response) => {
      response.setEncoding("utf8");
      let text = "";
      response.on("data", (part: string) => (text += part));
      response.on("end", () => reject(new Refused(response.statusCode ?? 0, text)));
    });
    socket.on("error", reject);
    await promise;
    return dialled;
  }

  of(event: string): readonly Message[] {
    return this.messages.filter((message) => message.event === event);
  }

  async first(event: string, isMeant: (message: Message) => boolean = () => true): Promise<Message> {
    return until(
      () => this.of(event).find(isMeant),
      `a message \`${event}\`; there are ${this.messages.map((message) => message.event).join(", ")}`,
    );
  }

  async end(): Promise<{ readonly code: number; readonly reason: string }> {
    return until(() => this.ended, "the WebSocket closes");
  }

  stop(): void {
    this.socket.terminate();
  }
}

/** What was answered in place of a WebSocket. */
export class Refused extends Error {
  readonly status: number;
  readonly json: Reply["json"];

  constructor(status: number, text: string) {
    super(`refused with ${status}`);
    this.status = status;
    this.json = text === "" ? null : JSON.parse(text);
  }
}
