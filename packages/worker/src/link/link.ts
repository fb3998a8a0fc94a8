import { credentials, type ChannelOptions } from "@grpc/grpc-js";
import {
  WORKER_PROTOCOL_VERSION,
  type FromWorker,
  type Hello,
  type ToWorker,
  type Welcome,
} from "@gaia/contracts";
import { reconnectBackoff, type Backoff } from "./backoff.ts";
import { loadSessionMethod, SessionClient, type SessionMethod } from "./protocol.ts";
import { watchSocket } from "./socket-watch.ts";

/** What the link tells the worker. */
export interface LinkEvents {
  /** Asked before each stream: what the worker holds then. */
  hello(): Hello;
  welcome(welcome: Welcome): void;
  message(message: ToWorker): void;
  /** Any message of the server, after it was handled: it lives. */
  spoke(): void;
  /** The stream is gone; the link dials again by itself. `why` is for the log. */
  lost(why: string): void;
  /** The server does not want this worker, and will not. */
  refused(code: string, message: string): void;
}

export interface LinkOptions {
  /** `unix:PATH`. */
  readonly server: string;
  readonly random: () => number;
}

/** What stands in for the server's numbers until its Welcome has come. */
const HANDSHAKE_TIMEOUT_MS = 5_000;
/** A server that says nothing for three heartbeats is taken for dead; never sooner than this. */
const SILENCE_MIN_MS = 2_000;
const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;

/** The stream to the server: dials, says Hello, notices when the server is gone, dials again. */
export class Link {
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;
  readonly #method: SessionMethod = loadSessionMethod();
  readonly #backoff: Backoff;
  #client: SessionClient | null = null;
  #isWelcome = false;
  #timer: NodeJS.Timeout | null = null;
  #silence: NodeJS.Timeout | null = null;
  #unwatch: (() => void) | null = null;
  #isClosed = false;

  constructor(options: LinkOptions, events: LinkEvents) {
    this.#options = options;
    this.#events = events;
    this.#backoff = reconnectBackoff(options.server.startsWith("unix:"), options.random);
  }

  /** Whether the server has said Welcome on the current stream. */
  get isUp(): boolean {
    return this.#isWelcome;
  }

  dial(): void {
    if (this.#isClosed) return;
    this.#timer = null;
    const client = new SessionClient(
      this.#method,
      this.#options.server,
      credentials.createInsecure(),
      CHANNEL_OPTIONS,
    );
    this.#client = client;
    client.stream.on("data", (message: ToWorker) => this.#receive(client, message));
    client.stream.on("error", (error) => this.#drop(client, error.message));
    client.stream.on("end", () => this.#drop(client, "the server closed the stream"));
    client.stream.write({ message: "hello", hello: this.#events.hello() });
    this.#expectWithin(client, HANDSHAKE_TIMEOUT_MS);
  }

  /** False: not sent, or the stream's buffer is full and `whenWritable` tells when to go on. */
  send(message: FromWorker): boolean {
    if (this.#client === null || !this.#isWelcome) return false;
    return this.#client.stream.write(message);
  }

  whenWritable(then: () => void): void {
    this.#client?.stream.once("drain", then);
  }

  /** Sends what is buffered, then ends the stream. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unwatch?.();
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#silence !== null) clearTimeout(this.#silence);
    const client = this.#client;
    this.#client = null;
    if (client === null) return;
    if (this.#isWelcome) {
      await Promise.race([endOf(client), new Promise<void>((resolve) => setTimeout(resolve, 500).unref())]);
    }
    this.#isWelcome = false;
    client.close();
  }

  #receive(client: SessionClient, message: ToWorker): void {
    if (client !== this.#client) return;
    if (message.refused) {
      const { code, message: text, retry } = message.refused;
      if (!retry) this.#events.refused(code, text);
      this.#drop(client, `refused (${code}): ${text}`);
      return;
    }
    if (message.welcome) this.#accept(client, message.welcome);
    else if (this.#isWelcome) this.#events.message(message);
    if (!this.#isWelcome) return;
    this.#silence?.refresh();
    this.#events.spoke();
  }

  #accept(client: SessionClient, welcome: Welcome): void {
    if (welcome.version !== WORKER_PROTOCOL_VERSION) {
      this.#drop(
        client,
        `the server speaks version ${welcome.version} of the worker protocol, this worker ${WORKER_PROTOCOL_VERSION}`,
      );
      return;
    }
    this.#isWelcome = true;
    this.#unwatch?.();
    this.#unwatch = null;
    this.#backoff.reset();
    this.#expectWithin(client, Math.max(SILENCE_MIN_MS, welcome.lease_ms, 3 * welcome.heartbeat_ms));
    this.#events.welcome(welcome);
  }

  #expectWithin(client: SessionClient, ms: number): void {
    if (this.#silence !== null) clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#drop(client, `the server was silent for ${ms} ms`), ms);
  }

  #drop(client: SessionClient, why: string): void {
    if (client !== this.#client) return;
    this.#client = null;
    const wasUp = this.#isWelcome;
    this.#isWelcome = false;
    if (this.#silence !== null) clearTimeout(this.#silence);
    // The stream of a cancelled call reports an error; nobody listens any more, and without a listener it would throw.
    client.stream.removeAllListeners();
    client.stream.on("error", () => undefined);
    client.close();
    if (this.#isClosed) return;
    if (wasUp) this.#backoff.reset();
    this.#events.lost(why);
    if (this.#timer === null && !this.#isClosed) this.#dialLater();
  }

  #dialLater(): void {
    this.#timer = setTimeout(() => this.dial(), this.#backoff.next());
    const { server } = this.#options;
    if (server.startsWith("unix:"))
      this.#unwatch ??= watchSocket(server.slice("unix:".length), () => this.#dialNow());
  }

  /** The socket is there a moment before somebody listens on it: the first try may fail, the next comes soon. */
  #dialNow(): void {
    if (this.#timer === null || this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#backoff.reset();
    this.dial();
  }
}

/** Resolves when everything that was written has left. */
function endOf(client: SessionClient): Promise<void> {
  return new Promise((resolve) => {
    client.stream.once("finish", () => resolve());
    client.stream.end();
  });
}

/** One connection a client, no waiting inside grpc: the link itself decides when to dial. */
const CHANNEL_OPTIONS: ChannelOptions = {
  "grpc.use_local_subchannel_pool": 1,
  "grpc.initial_reconnect_backoff_ms": 50,
  "grpc.max_reconnect_backoff_ms": 100,
  "grpc.keepalive_time_ms": 10_000,
  "grpc.keepalive_timeout_ms": 5_000,
  "grpc.max_receive_message_length": MESSAGE_BYTES_MAX,
  "grpc.max_send_message_length": MESSAGE_BYTES_MAX,
  "grpc.enable_http_proxy": 0,
  "grpc.enable_channelz": 0,
};
