import { chmodSync, rmSync } from "node:fs";
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import type {
  Assignment,
  FileAck,
  FileChunk,
  FromWorker,
  Hello,
  Report,
  ToWorker,
  Welcome,
} from "@gaia/contracts";
import { loadSessionMethod } from "./protocol.ts";

type Stream = ServerDuplexStream<FromWorker, ToWorker>;

/** A server for tests: real gRPC over a unix socket, its behaviour written by the test. Remembers all it is told. */
export class TestServer {
  readonly address: string;
  readonly #path: string;
  readonly #welcome: Partial<Welcome>;
  readonly hellos: Hello[] = [];
  readonly reports: Report[] = [];
  readonly chunks: FileChunk[] = [];
  readonly messages: FromWorker[] = [];
  /** Whether reports are acknowledged by themselves. */
  acknowledges = true;
  /** Answers a part of a file; by default it is taken. */
  onChunk: (chunk: FileChunk) => Partial<FileAck> = () => ({});
  /** Instead of a Welcome. */
  refusal: ToWorker["refused"] | null = null;
  #server: Server | null = null;
  #stream: Stream | null = null;
  readonly #waiting = new Set<() => void>();
  /** Of the next Welcome. */
  unknown: Welcome["unknown"] = [];

  constructor(socketPath: string, welcome: Partial<Welcome> = {}) {
    this.#path = socketPath;
    this.address = `unix:${socketPath}`;
    this.#welcome = welcome;
  }

  async listen(): Promise<void> {
    rmSync(this.#path, { force: true });
    const server = new Server();
    const method = loadSessionMethod();
    server.addService(
      { Session: { ...method, requestStream: true, responseStream: true } },
      { Session: (stream: Stream) => this.#open(stream) },
    );
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(this.address, ServerCredentials.createInsecure(), (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
    chmodSync(this.#path, 0o600);
    this.#server = server;
  }

  /** As if it had been killed: streams break at once. */
  stop(): void {
    this.#server?.forceShutdown();
    this.#server = null;
    this.#stream = null;
  }

  send(message: ToWorker): void {
    if (this.#stream === null) throw new Error("no worker is connected");
    this.#stream.write(message);
  }

  assign(...assignments: readonly Assignment[]): void {
    this.send({ message: "assign", assign: { assignments } });
  }

  acknowledge(): void {
    const seq = this.reports.at(-1)?.seq;
    if (seq !== undefined) this.send({ message: "ack", ack: { seq } });
  }

  /** Resolves when what it asks for is there; looks after each message of a worker. */
  async until<T>(what: string, find: () => T | undefined | null | false, withinMs = 15_000): Promise<T> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const found = find();
      if (found !== undefined && found !== null && found !== false) return found;
      if (performance.now() > deadline)
        throw new Error(`${what}: not within ${withinMs} ms; reports: ${JSON.stringify(this.reports)}`);
      await new Promise<void>((resolve) => {
        const again = (): void => {
          clearTimeout(timer);
          this.#waiting.delete(again);
          resolve();
        };
        const timer = setTimeout(again, 50);
        this.#waiting.add(again);
      });
    }
  }

  ended(run: string): Promise<NonNullable<Report["ended"]>> {
    return this.until(
      `the end of ${run}`,
      () => this.reports.find((report) => report.name.run === run && report.what === "ended")?.ended,
    );
  }

  started(run: string): Promise<NonNullable<Report["started"]>> {
    return this.until(
      `the start of ${run}`,
      () => this.reports.find((report) => report.name.run === run && report.what === "started")?.started,
    );
  }

  #open(stream: Stream): void {
    stream.on("data", (message: FromWorker) => this.#receive(stream, message));
    stream.on("error", () => undefined);
    stream.on("end", () => stream.end());
  }

  #receive(stream: Stream, message: FromWorker): void {
    this.messages.push(message);
    if (message.hello) this.#greet(stream, message.hello);
    if (message.reports) {
      this.reports.push(...message.reports.reports);
      if (this.acknowledges) this.acknowledge();
    }
    if (message.file_chunk) {
      const chunk = message.file_chunk;
      this.chunks.push(chunk);
      stream.write({ message: "file_ack", file_ack: { ...takenAck(chunk), ...this.onChunk(chunk) } });
    }
    for (const again of this.#waiting) again();
  }

  #greet(stream: Stream, hello: Hello): void {
    this.hellos.push(hello);
    this.#stream = stream;
    if (this.refusal) {
      stream.write({ message: "refused", refused: this.refusal });
      return;
    }
    stream.write({
      message: "welcome",
      welcome: {
        version: 1,
        server_id: "test",
        lease_ms: 10_000,
        heartbeat_ms: 500,
        acked_seq: hello.last_seq,
        ship_files: false,
        unknown: this.unknown,
        logs_root: "",
        ended_runs: [],
        ...this.#welcome,
      },
    });
  }
}

/** Of a server that has written it. */
function takenAck({ name, file, offset, data, last }: FileChunk): FileAck {
  return { name, file, offset: offset + data.length, complete: last, code: "", message: "", retry: false };
}
