import { LIMITS } from "@gaia/contracts/limits.ts";
import { Client, credentials, type ServiceError, status } from "@grpc/grpc-js";
import type { CertificateAuthority, KeyPair, ProgramClock, ProgramExit, ProgramProcess } from "../port.ts";

/** A connection that breaks and a process that ends are told apart late: whichever is seen first, the other may follow. */
const EXIT_GRACE_MS = 2_000;

/**
 * Options of a channel to a program. No keepalive: a synchronous job holds up a whole server, which then answers no ping.
 * No retries: a job may have side effects. No proxy: the program is on this machine. TLS 1.2 stays allowed, by default:
 * the published Node and Java SDKs speak nothing newer.
 */
const CHANNEL = {
  "grpc.ssl_target_name_override": "unused",
  "grpc.default_authority": "unused",
  "grpc.enable_http_proxy": 0,
  "grpc.enable_retries": 0,
  "grpc.use_local_subchannel_pool": 1,
  "grpc.max_receive_message_length": LIMITS.programAnswerBytes,
  "grpc.max_send_message_length": -1,
} as const;

/** The channel to one program, and what is known of its process. */
export class Connection {
  readonly client: Client;
  readonly clock: ProgramClock;
  readonly #process: ProgramProcess;
  #exit: ProgramExit | null = null;
  /** What to do with the calls that are open when the process has ended. */
  readonly #onExit = new Set<(exit: ProgramExit) => void>();

  /** Without a pair it is a host that nobody has signed. */
  constructor(
    target: string,
    authority: CertificateAuthority,
    pair: KeyPair | null,
    process: ProgramProcess,
    clock: ProgramClock,
  ) {
    const key = pair === null ? null : Buffer.from(pair.key);
    const certificate = pair === null ? null : Buffer.from(pair.certificate);
    const secure = credentials.createSsl(Buffer.from(authority.certificate), key, certificate);
    this.client = new Client(target, secure, CHANNEL);
    this.clock = clock;
    this.#process = process;
    void process.exited.then((exit) => {
      this.#exit = exit;
      for (const tell of this.#onExit) tell(exit);
    });
  }

  /** How the process ended; null: it runs. */
  get exit(): ProgramExit | null {
    return this.#exit;
  }

  stderrTail(): string {
    return this.#process.stderrTail();
  }

  /**
   * Calls a while after the process has ended: a child of the program may hold the connection open, and then only the
   * end of the process tells that of a call. Answers how to call it off.
   */
  whenGone(tell: (exit: ProgramExit) => void): () => void {
    let callOff = (): void => {};
    const ended = (exit: ProgramExit): void => {
      callOff = this.clock.after(EXIT_GRACE_MS, () => tell(exit));
    };
    this.#onExit.add(ended);
    return () => {
      this.#onExit.delete(ended);
      callOff();
    };
  }

  /** Calls after the time in which what is still to come of an ended call does come. */
  afterGrace(call: () => void): () => void {
    return this.clock.after(EXIT_GRACE_MS, call);
  }

  /** After a connection broke: how the process ended, if it did, or does soon. */
  exitSoon(error: ServiceError): Promise<ProgramExit | null> {
    const broken = error.code === status.UNAVAILABLE || /RST_STREAM/.test(error.details);
    if (this.#exit !== null || !broken) return Promise.resolve(broken ? this.#exit : null);
    return new Promise((resolve) => {
      const tell = (exit: ProgramExit | null): void => {
        callOff();
        this.#onExit.delete(tell);
        resolve(exit);
      };
      const callOff = this.clock.after(EXIT_GRACE_MS, () => tell(null));
      this.#onExit.add(tell);
    });
  }

  close(): void {
    this.client.close();
  }
}
