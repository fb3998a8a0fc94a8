import type {
  WireArgumentDescription,
  WireDescription,
  WireJobDescription,
} from "@gaia/contracts/program-messages.ts";
import { type ServiceError, status } from "@grpc/grpc-js";
import type {
  ArgumentType,
  JobCall,
  JobExecution,
  JobHooks,
  ProgramArgument,
  ProgramDescription,
  ProgramJob,
} from "../port.ts";
import { type Calls, deafExecution } from "./calls.ts";
import type { Connection } from "./connection.ts";
import { descriptionError, listTimedOut } from "./description-errors.ts";
import { checkJobs } from "./job-list.ts";
import { crashed } from "./job-outcome.ts";
import { PerformCall } from "./perform-call.ts";
import { programService } from "./program-service.ts";
import { startBytes } from "./start-message.ts";

const ARGUMENT_TYPES: Readonly<Record<string, ArgumentType>> = {
  TEXT: "text",
  TEXTAREA: "textarea",
  BOOLEAN: "boolean",
  NUMBER: "number",
  CHOICE: "choice",
  VAULT: "vault",
};

/** `gaia.program.v1.Program`: what programs on Gaia's own SDKs serve. */
export class ProgramCalls implements Calls {
  readonly #connection: Connection;
  /** Ids of the jobs that were described: what added jobs may be performed by. */
  #known: ReadonlySet<number> = new Set();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async describe(limitMs: number): Promise<ProgramDescription | null> {
    const wire = await this.#receive(limitMs);
    if (wire === null) return null;
    const jobs = wire.jobs.map(jobOf);
    checkJobs(jobs);
    this.#known = new Set(jobs.map(({ id }) => id));
    return { sdk: wire.sdk, maxParallel: wire.max_parallel, jobs };
  }

  #receive(limitMs: number): Promise<WireDescription | null> {
    const { path, requestSerialize, responseDeserialize } = programService().describe;
    const connection = this.#connection;
    return new Promise((resolve, reject) => {
      const call = connection.client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        {},
        (error: ServiceError | null, answer?: WireDescription) => {
          callOff();
          if (error === null) resolve(answer ?? null);
          else if (error.code === status.UNIMPLEMENTED) resolve(null);
          else
            void connection
              .exitSoon(error)
              .then((exit) => reject(descriptionError(error, exit, connection.stderrTail())));
        },
      );
      const callOff = connection.clock.after(limitMs, () => {
        reject(listTimedOut(limitMs, 0, connection.stderrTail()));
        call.cancel();
      });
    });
  }

  execute(call: JobCall, hooks: JobHooks, signal: AbortSignal | null): JobExecution {
    const connection = this.#connection;
    const start = startBytes(call);
    if (!Buffer.isBuffer(start)) return deafExecution(Promise.reject(start));
    if (signal?.aborted === true) return deafExecution(Promise.resolve({ kind: "abandoned" }));
    if (connection.exit !== null) return deafExecution(Promise.resolve(crashed(connection.exit)));
    return new PerformCall(connection, start, hooks, signal, this.#known);
  }
}

function jobOf(job: WireJobDescription): ProgramJob {
  const timeoutMs = Number(job.timeout_ms);
  return {
    id: job.id,
    title: job.title,
    description: job.description,
    dependsOn: [...new Set(job.depends_on)],
    arguments: job.arguments.map(argumentOf),
    onDemand: job.on_demand,
    attempts: Math.max(job.attempts, 1),
    timeoutMs: timeoutMs === 0 ? null : timeoutMs,
  };
}

function argumentOf(argument: WireArgumentDescription): ProgramArgument {
  const declared = String(argument.type);
  return {
    key: argument.key,
    type: ARGUMENT_TYPES[declared] ?? "text",
    declaredType: declared.toLowerCase(),
    description: argument.description,
    value: argument.default_value,
    choices: argument.choices,
    required: argument.required,
  };
}
