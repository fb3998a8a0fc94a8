import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { LineSplitter } from "./line-splitter.ts";
import {
  type ErrorMessage,
  type LauncherHello,
  MAX_LINE_BYTES,
  PROTOCOL_VERSION,
  type WorkerMessage,
} from "./protocol.ts";
import { parseWorkerBatch } from "./protocol-parse.ts";

/** What the connection needs. */
export interface ConnectionOptions {
  readonly socketPath: string;
  readonly hello: () => LauncherHello;
  readonly onMessage: (message: WorkerMessage) => void;
  /** The worker came or went. */
  readonly onPresence: () => void;
}

/** The launcher's end of the socket: one worker at a time, the newest wins. */
export class WorkerConnection {
  readonly #options: ConnectionOptions;
  readonly #server: Server;
  #worker: Socket | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  get hasWorker(): boolean {
    return this.#worker !== null;
  }

  /** Listens. The caller holds the lock for this path, so a socket that is there is a dead launcher's. */
  async listen(): Promise<void> {
    const { socketPath } = this.#options;
    rmSync(socketPath, { force: true });
    const listening = Promise.withResolvers<void>();
    this.#server.once("error", listening.reject);
    this.#server.once("listening", listening.resolve);
    // The socket is made within this call: no moment at which others could connect.
    const umask = process.umask(0o177);
    this.#server.listen(socketPath);
    process.umask(umask);
    await listening.promise;
    chmodSync(socketPath, 0o600);
  }

  /** Sends one batch, or drops it when no worker is there: it will ask for the list. */
  deliver(messages: readonly string[]): void {
    this.#worker?.write(`[${messages.join(",")}]\n`);
  }

  /** Ends the connection after what was sent, and removes the socket. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    this.#server.close();
    if (worker === null) return;
    const ended = Promise.withResolvers<void>();
    worker.once("close", ended.resolve);
    worker.end();
    // A worker that does not read does not hold up the end.
    const timeout = setTimeout(() => worker.destroy(), 1_000);
    await ended.promise;
    clearTimeout(timeout);
  }

  #accept(socket: Socket): void {
    const splitter = new LineSplitter(MAX_LINE_BYTES);
    socket.on("data", (chunk) => {
      const lines = splitter.push(chunk);
      if (lines === "too_long") {
        refuse(socket, "malformed", `a line is longer than ${MAX_LINE_BYTES} bytes; send smaller batches`);
        return;
      }
      for (const line of lines) this.#line(socket, line);
    });
    // A worker that dies is no error here; `close` follows.
    socket.on("error", () => {});
    socket.on("close", () => {
      if (this.#worker !== socket) return;
      this.#worker = null;
      this.#options.onPresence();
    });
  }

  #line(socket: Socket, line: string): void {
    const { messages, problems } = parseWorkerBatch(line);
    for (const message of problems) say(socket, { kind: "error", code: "malformed", message });
    for (const message of messages) {
      if (message.kind === "hello") this.#greet(socket, message.version);
      else if (this.#worker !== socket) {
        say(socket, { kind: "error", code: "malformed", message: `${message.kind}: hello must come first` });
        continue;
      }
      if (this.#worker === socket) this.#options.onMessage(message);
    }
  }

  #greet(socket: Socket, version: number): void {
    if (version !== PROTOCOL_VERSION) {
      refuse(
        socket,
        "version",
        `this launcher speaks version ${PROTOCOL_VERSION}, not ${version}; let its attempts end and shut it down, then start the new one`,
      );
      return;
    }
    const former = this.#worker;
    this.#worker = socket;
    if (former !== null && former !== socket) refuse(former, "replaced", "another worker has connected");
    socket.write(`${JSON.stringify([this.#options.hello()])}\n`);
    this.#options.onPresence();
  }
}

function say(socket: Socket, error: ErrorMessage): void {
  socket.write(`${JSON.stringify([error])}\n`);
}

function refuse(socket: Socket, code: ErrorMessage["code"], message: string): void {
  socket.removeAllListeners("data");
  socket.end(`${JSON.stringify([{ kind: "error", code, message } satisfies ErrorMessage])}\n`);
}
