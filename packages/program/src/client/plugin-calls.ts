import { LIMITS } from "@gaia/contracts/limits.ts";
import type { WireJob } from "@gaia/contracts/program-protocol.ts";
import type { ServiceError } from "@grpc/grpc-js";
import type { ProgramError } from "../program-error.ts";
import type {
  ArgumentType,
  JobCall,
  JobExecution,
  JobHooks,
  JobOutcome,
  ProgramDescription,
  ProgramJob,
} from "../port.ts";
import { type Calls, deafExecution } from "./calls.ts";
import type { Connection } from "./connection.ts";
import { descriptionError, listTimedOut, listTooLarge } from "./description-errors.ts";
import { checkJobs, tooManyJobs } from "./job-list.ts";
import { crashed, outcomeOfError, outcomeOfResult } from "./job-outcome.ts";
import { pluginService } from "./plugin-service.ts";
import { requestTooLarge } from "./request-size.ts";

const ARGUMENT_TYPES: Readonly<Record<string, ArgumentType>> = {
  textfield: "text",
  textarea: "textarea",
  boolean: "boolean",
  vault: "vault",
};

/** `proto.Plugin`: what every program serves. */
export class PluginCalls implements Calls {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async describe(limitMs: number): Promise<ProgramDescription> {
    const jobs = (await this.#receiveJobs(limitMs)).map(jobOf);
    checkJobs(jobs);
    return { sdk: null, maxParallel: 0, jobs };
  }

  #receiveJobs(limitMs: number): Promise<readonly WireJob[]> {
    const { path, requestSerialize, responseDeserialize } = pluginService().getJobs;
    const connection = this.#connection;
    return new Promise((resolve, reject) => {
      const jobs: WireJob[] = [];
      let bytes = 0;
      let broken = false;
      const call = connection.client.makeServerStreamRequest(
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
      const callOff = connection.clock.after(limitMs, () =>
        fail(listTimedOut(limitMs, jobs.length, connection.stderrTail())),
      );
      call.on("data", (job: WireJob) => {
        jobs.push(job);
        if (jobs.length > LIMITS.programJobs) fail(tooManyJobs());
        if (bytes > LIMITS.programAnswerBytes) fail(listTooLarge());
      });
      call.on("error", (error: ServiceError) => {
        broken = true;
        callOff();
        void connection
          .exitSoon(error)
          .then((exit) => reject(descriptionError(error, exit, connection.stderrTail())));
      });
      // Comes after an error as well: then the list is a part of one.
      call.on("end", () => {
        if (broken) return;
        callOff();
        resolve(jobs);
      });
    });
  }

  /** Such a program has no way to ask for anything, and no ear for a cancellation. */
  execute(call: JobCall, _hooks: JobHooks, signal: AbortSignal | null): JobExecution {
    return deafExecution(this.#execute(call, signal));
  }

  #execute({ job, values }: JobCall, signal: AbortSignal | null): Promise<JobOutcome> {
    const { path, requestSerialize, responseDeserialize } = pluginService().executeJob;
    const request = { unique_id: job, args: values.map(({ key, value }) => ({ key, value })) };
    const bytes = requestSerialize(request);
    if (bytes.length > LIMITS.programRequestBytes)
      return Promise.reject(requestTooLarge(bytes.length, values, "programRequestBytes"));
    const connection = this.#connection;
    if (signal?.aborted === true) return Promise.resolve({ kind: "abandoned" });
    if (connection.exit !== null) return Promise.resolve(crashed(connection.exit));
    return new Promise((resolve) => {
      const call = connection.client.makeUnaryRequest(
        path,
        () => bytes,
        responseDeserialize,
        request,
        (error, result) => {
          signal?.removeEventListener("abort", abandon);
          callOff();
          if (error === null && result !== undefined) resolve(outcomeOfResult(result));
          else if (error !== null)
            void connection.exitSoon(error).then((exit) => resolve(outcomeOfError(error, exit)));
        },
      );
      const abandon = (): void => {
        resolve({ kind: "abandoned" });
        call.cancel();
      };
      signal?.addEventListener("abort", abandon, { once: true });
      const callOff = connection.whenGone((exit) => {
        resolve(crashed(exit));
        call.cancel();
      });
    });
  }
}

function jobOf(job: WireJob): ProgramJob {
  return {
    id: job.unique_id,
    title: job.title,
    description: job.description,
    dependsOn: [...new Set(job.dependson)],
    arguments: job.args.map(({ key, type, description, value }) => ({
      key,
      type: ARGUMENT_TYPES[type] ?? "text",
      declaredType: type,
      description,
      value,
      choices: [],
      required: false,
    })),
    onDemand: false,
    attempts: 1,
    timeoutMs: null,
  };
}
