import { errorFrom, type FromWorker, type WorkerAnswer, type WorkerRequest } from "@gaia/contracts";
import type { AttemptName } from "@gaia/core";
import type { AwaitedRun, JobHooks, JobOutputs } from "@gaia/program";

type What = Pick<WorkerRequest, "what" | "start_run" | "await_run">;

interface Asked {
  readonly request: WorkerRequest;
  readonly answered: (answer: WorkerAnswer) => void;
}

/** What jobs ask of the server. A request is sent again after each reconnect, until it is answered or nobody waits for it. */
export class ServerRequests {
  readonly #send: (message: FromWorker) => void;
  readonly #asked = new Map<number, Asked>();
  #count = 0;

  constructor(send: (message: FromWorker) => void) {
    this.#send = send;
  }

  /** The stream is up. */
  connected(): void {
    for (const { request } of this.#asked.values()) this.#tell(request);
  }

  answered(answer: WorkerAnswer): void {
    const asked = this.#asked.get(answer.id);
    this.#asked.delete(answer.id);
    asked?.answered(answer);
  }

  /** What one attempt may ask. */
  hooksFor(name: AttemptName): Pick<JobHooks, "startRun" | "awaitRun"> {
    let started = 0;
    return {
      startRun: async (pipeline, values, signal) => {
        started += 1;
        const start = { pipeline, inputs: values, number: started };
        const { run } = await this.#ask(name, { what: "start_run", start_run: start }, signal);
        return { id: run };
      },
      awaitRun: async (run, signal): Promise<AwaitedRun> => {
        const answer = await this.#ask(name, { what: "await_run", await_run: { run } }, signal);
        return { status: answer.status, outputs: outputsOf(answer) };
      },
    };
  }

  async #ask(name: AttemptName, what: What, signal: AbortSignal): Promise<WorkerAnswer> {
    this.#count += 1;
    const request: WorkerRequest = { id: this.#count, name, ...what };
    const { promise, resolve, reject } = Promise.withResolvers<WorkerAnswer>();
    const callOff = (): void => {
      this.#asked.delete(request.id);
      reject(new Error("the job has ended"));
    };
    signal.addEventListener("abort", callOff, { once: true });
    this.#asked.set(request.id, { request, answered: resolve });
    this.#tell(request);
    try {
      const answer = await promise;
      if (answer.error !== "") throw new Error(answer.error);
      return answer;
    } finally {
      signal.removeEventListener("abort", callOff);
    }
  }

  #tell(request: WorkerRequest): void {
    this.#send({ message: "request", request });
  }
}

function outputsOf({ outputs }: WorkerAnswer): JobOutputs {
  try {
    return outputs.length === 0 ? {} : (JSON.parse(Buffer.from(outputs).toString("utf8")) as JobOutputs);
  } catch (reason) {
    throw new Error(`the server's answer cannot be read: ${errorFrom(reason).message}`, { cause: reason });
  }
}
