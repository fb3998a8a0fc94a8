import { LIMITS } from "@gaia/contracts/limits.ts";
import type { WireJob } from "@gaia/contracts/program-protocol.ts";
import { Client, credentials, type ServiceError, status } from "@grpc/grpc-js";
import { ProgramError } from "../program-error.ts";
import type {
  ArgumentValues,
  CertificateAuthority,
  Health,
  JobOutcome,
  KeyPair,
  ProgramClock,
  ProgramExit,
  ProgramJob,
  ProgramProcess,
} from "../port.ts";
import { exitText } from "../start/handshake-reader.ts";
import { checkHealth } from "./health.ts";
import { checkJobs, tooManyJobs } from "./job-list.ts";
import { crashed, outcomeOfError, outcomeOfResult } from "./job-outcome.ts";
import { pluginService } from "./plugin-service.ts";

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

/** The gRPC client of one program. */
export class ProgramClient {
  readonly #client: Client;
  readonly #process: ProgramProcess;
  readonly #clock: ProgramClock;
  #exit: ProgramExit | null = null;
  /** What to do with the calls that are open when the process has ended. */
  readonly #onExit = new Set<(exit: ProgramExit) => void>();

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
    this.#client = new Client(target, secure, CHANNEL);
    this.#process = process;
    this.#clock = clock;
    void process.exited.then((exit) => {
      this.#exit = exit;
      for (const tell of this.#onExit) tell(exit);
    });
  }

  /** All jobs, checked. */
  async jobs(limitMs: number): Promise<readonly ProgramJob[]> {
    return checkJobs(await this.#receiveJobs(limitMs));
  }

  #receiveJobs(limitMs: number): Promise<readonly WireJob[]> {
    const { path, requestSerialize, responseDeserialize } = pluginService().getJobs;
    return new Promise((resolve, reject) => {
      const jobs: WireJob[] = [];
      let bytes = 0;
      let broken = false;
      const call = this.#client.makeServerStreamRequest(
        path,
        requestSerialize,
        (part: Buffer): WireJob => {
          bytes += part.length;
          return responseDeserialize(part);
        },
        {},
      );
      const fail = (error: ProgramError): void => {
        callOff();
        reject(error);
        call.cancel();
      };
      const callOff = this.#clock.after(limitMs, () => {
        const sentence = `The program did not list its jobs within ${limitMs / 1000} s; ${jobs.length} came.`;
        fail(new ProgramError("job_list_timeout", sentence, this.#process.stderrTail()));
      });
      call.on("data", (job: WireJob) => {
        jobs.push(job);
        if (jobs.length > LIMITS.programJobs) fail(tooManyJobs());
        if (bytes > LIMITS.programAnswerBytes) fail(listTooLarge());
      });
      call.on("error", (error: ServiceError) => {
        broken = true;
        callOff();
        void this.#exitSoon(error).then((exit) => reject(this.#listError(error, exit)));
      });
      // Comes after an error as well: then the list is a part of one.
      call.on("end", () => {
        if (broken) return;
        callOff();
        resolve(jobs);
      });
    });
  }

  #listError(error: ServiceError, exit: ProgramExit | null): ProgramError {
    const tail = this.#process.stderrTail();
    if (error.code === status.RESOURCE_EXHAUSTED && /larger than max/.test(error.details))
      return listTooLarge();
    if (exit !== null) {
      const sentence = `The program ended while it listed its jobs, ${exitText(exit)}.`;
      return new ProgramError("job_list_failed", sentence, tail);
    }
    if (error.code === status.UNAVAILABLE) {
      const sentence = `Gaia cannot connect to the program: ${error.details}.`;
      return new ProgramError("not_connected", sentence, tail);
    }
    const sentence = `The program did not list its jobs: ${status[error.code]} ${error.details}.`;
    return new ProgramError("job_list_failed", sentence, tail);
  }

  /** Calls a job. A request past the limit throws; everything else is an outcome. */
  execute(id: number, values: ArgumentValues, signal?: AbortSignal): Promise<JobOutcome> {
    const { path, requestSerialize, responseDeserialize } = pluginService().executeJob;
    const request = {
      unique_id: id,
      args: values.map(({ key, value }) => ({ key, value })),
    };
    const bytes = requestSerialize(request);
    if (bytes.length > LIMITS.programRequestBytes)
      return Promise.reject(requestTooLarge(bytes.length, values));
    if (signal?.aborted === true) return Promise.resolve({ kind: "abandoned" });
    if (this.#exit !== null) return Promise.resolve(crashed(this.#exit));
    return new Promise((resolve) => {
      const call = this.#client.makeUnaryRequest(
        path,
        () => bytes,
        responseDeserialize,
        request,
        (error, result) => {
          signal?.removeEventListener("abort", abandon);
          this.#onExit.delete(giveUp);
          if (error === null && result !== undefined) resolve(outcomeOfResult(result));
          else if (error !== null)
            void this.#exitSoon(error).then((exit) => resolve(outcomeOfError(error, exit)));
        },
      );
      const abandon = (): void => {
        resolve({ kind: "abandoned" });
        call.cancel();
      };
      signal?.addEventListener("abort", abandon, { once: true });
      // A child of the program may hold the connection open: then only the end of the process tells.
      const giveUp = (exit: ProgramExit): void => {
        this.#clock.after(EXIT_GRACE_MS, () => {
          resolve(crashed(exit));
          call.cancel();
        });
      };
      this.#onExit.add(giveUp);
    });
  }

  health(service: string): Promise<Health> {
    return checkHealth(this.#client, service, this.#clock);
  }

  close(): void {
    this.#client.close();
  }

  /** After a connection broke: how the process ended, if it did, or does soon. */
  #exitSoon(error: ServiceError): Promise<ProgramExit | null> {
    const broken = error.code === status.UNAVAILABLE || /RST_STREAM/.test(error.details);
    if (this.#exit !== null || !broken) return Promise.resolve(broken ? this.#exit : null);
    return new Promise((resolve) => {
      const tell = (exit: ProgramExit): void => {
        callOff();
        this.#onExit.delete(tell);
        resolve(exit);
      };
      const callOff = this.#clock.after(EXIT_GRACE_MS, () => {
        this.#onExit.delete(tell);
        resolve(null);
      });
      this.#onExit.add(tell);
    });
  }
}

function listTooLarge(): ProgramError {
  const limit = `${LIMITS.programAnswerBytes} bytes (programAnswerBytes)`;
  return new ProgramError("job_list_too_large", `The list of the program's jobs has more than ${limit}.`);
}

function requestTooLarge(bytes: number, values: ArgumentValues): ProgramError {
  const largest = values.toSorted((left, right) => right.value.length - left.value.length)[0]?.key ?? "";
  const limit = `${LIMITS.programRequestBytes} bytes (programRequestBytes)`;
  return new ProgramError(
    "request_too_large",
    `The arguments have ${bytes} bytes together, past the limit of ${limit}; the largest is \`${largest}\`.`,
  );
}
