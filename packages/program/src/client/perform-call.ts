import { LIMITS } from "@gaia/contracts/limits.ts";
import type {
  WireHostMessage,
  WireJobMessage,
  WireLog,
  WireRequest,
  WireRun,
} from "@gaia/contracts/program-messages.ts";
import type { ClientDuplexStream, ServiceError } from "@grpc/grpc-js";
import type { JobExecution, JobHooks, JobLogLevel, JobOutcome } from "../port.ts";
import type { Connection } from "./connection.ts";
import { crashed, endedWithoutResult, outcomeOfError } from "./job-outcome.ts";
import { outcomeOfJobResult } from "./job-result.ts";
import { programService } from "./program-service.ts";
import { asJson } from "./start-message.ts";

const LEVELS: Readonly<Record<string, JobLogLevel>> = {
  DEBUG: "debug",
  INFO: "info",
  WARN: "warn",
  ERROR: "error",
};

/** One call of `Perform`: the job's messages are taken one after the other, its requests are answered as they are done. */
export class PerformCall implements JobExecution {
  readonly outcome: Promise<JobOutcome>;
  readonly #stream: ClientDuplexStream<Buffer | WireHostMessage, WireJobMessage>;
  readonly #hooks: JobHooks;
  readonly #known: ReadonlySet<number>;
  readonly #ended = new AbortController();
  #requests = 0;
  #settle: (outcome: JobOutcome) => void = () => {};
  #reject: (reason: unknown) => void = () => {};

  /** `start`: the first message, serialized. `known`: ids of the program's jobs. */
  constructor(
    connection: Connection,
    start: Buffer,
    hooks: JobHooks,
    signal: AbortSignal | null,
    known: ReadonlySet<number>,
  ) {
    this.#hooks = hooks;
    this.#known = known;
    this.outcome = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#reject = reject;
    });
    const { path, requestSerialize, responseDeserialize } = programService().perform;
    this.#stream = connection.client.makeBidiStreamRequest(
      path,
      (message: Buffer | WireHostMessage) => (Buffer.isBuffer(message) ? message : requestSerialize(message)),
      responseDeserialize,
    );
    this.#follow(connection, signal);
    this.#stream.write(start);
  }

  cancel(reason: string, graceMs: number): void {
    this.#write({ cancel: { reason, grace_ms: graceMs } });
  }

  #follow(connection: Connection, signal: AbortSignal | null): void {
    const stream = this.#stream;
    let broken: ServiceError | null = null;
    const abandon = (): void => this.#end(() => this.#settle({ kind: "abandoned" }), true);
    signal?.addEventListener("abort", abandon, { once: true });
    const gone = connection.whenGone((exit) => this.#end(() => this.#settle(crashed(exit)), true));
    stream.on("data", (message: WireJobMessage) => this.#take(message, connection));
    stream.on("error", (error: ServiceError) => (broken = error));
    // Comes after an error as well, when all that was received before it is taken.
    stream.on("end", () => {
      signal?.removeEventListener("abort", abandon);
      gone();
      if (this.#ended.signal.aborted) return;
      const error = broken;
      if (error === null) return this.#end(() => this.#settle(endedWithoutResult()), false);
      void connection
        .exitSoon(error)
        .then((exit) => this.#end(() => this.#settle(outcomeOfError(error, exit)), false));
    });
  }

  #take(message: WireJobMessage, connection: Connection): void {
    if (this.#ended.signal.aborted) return;
    if (message.log !== undefined) this.#log(message.log);
    else if (message.request !== undefined) void this.#answer(message.request);
    else if (message.result !== undefined) {
      const outcome = outcomeOfJobResult(message.result, this.#known);
      this.#end(() => this.#settle(outcome), false);
      // A program ends the stream after its result; one that does not would hold it for ever.
      const callOff = connection.afterGrace(() => this.#stream.cancel());
      this.#stream.once("end", callOff);
    }
  }

  #log({ level, text }: WireLog): void {
    try {
      const done = this.#hooks.log(LEVELS[level] ?? "info", text);
      if (done === undefined) return;
      this.#stream.pause();
      done.then(
        () => this.#stream.resume(),
        (reason: unknown) => this.#end(() => this.#reject(reason), true),
      );
    } catch (reason) {
      this.#end(() => this.#reject(reason), true);
    }
  }

  async #answer(request: WireRequest): Promise<void> {
    const id = request.id;
    if (this.#requests >= LIMITS.programRequests) {
      const error = `The job has more than ${LIMITS.programRequests} open requests (programRequests).`;
      this.#write({ answer: { request: id, error } });
      return;
    }
    this.#requests += 1;
    try {
      this.#write({ answer: { request: id, run: await this.#done(request) } });
    } catch (reason) {
      const said = reason instanceof Error ? reason.message : String(reason);
      this.#write({ answer: { request: id, error: said === "" ? "The host gave no reason." : said } });
    } finally {
      this.#requests -= 1;
    }
  }

  async #done({ start_run: start, await_run: awaited }: WireRequest): Promise<WireRun> {
    const signal = this.#ended.signal;
    if (start !== undefined) {
      const { id } = await this.#hooks.startRun(start.pipeline, start.arguments, signal);
      return { id, status: "pending", outputs: {} };
    }
    if (awaited !== undefined) {
      const { status, outputs } = await this.#hooks.awaitRun(awaited.run, signal);
      return { id: awaited.run, status, outputs: asJson(outputs) };
    }
    throw new Error("This version of Gaia does not know the request.");
  }

  #write(message: WireHostMessage): void {
    if (!this.#ended.signal.aborted) this.#stream.write(message);
  }

  /** Once. `cancel`: nothing more is wanted of the program. */
  #end(settle: () => void, cancel: boolean): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    settle();
    if (cancel) this.#stream.cancel();
    else this.#stream.end();
    this.#stream.resume();
  }
}
