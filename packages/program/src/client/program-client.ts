import type { Health, JobCall, JobExecution, JobHooks, ProgramDescription } from "../port.ts";
import type { Connection } from "./connection.ts";
import { checkHealth } from "./health.ts";
import { PluginCalls } from "./plugin-calls.ts";
import { ProgramCalls } from "./program-calls.ts";

/** The client of one program, which finds out by itself which service it is to use. */
export class ProgramClient {
  readonly #connection: Connection;
  readonly #plugin: PluginCalls;
  /** Null: the program does not have it, or it is not wanted. */
  #program: ProgramCalls | null;
  #described = false;

  constructor(connection: Connection, protocol: "newest" | "published") {
    this.#connection = connection;
    this.#plugin = new PluginCalls(connection);
    this.#program = protocol === "newest" ? new ProgramCalls(connection) : null;
  }

  /** What the program is made of, checked. Throws a `ProgramError`. */
  async describe(limitMs: number): Promise<ProgramDescription> {
    const newest = (await this.#program?.describe(limitMs)) ?? null;
    if (newest === null) this.#program = null;
    const description = newest ?? (await this.#plugin.describe(limitMs));
    this.#described = true;
    return description;
  }

  execute(call: JobCall, hooks: JobHooks, signal: AbortSignal | null): JobExecution {
    if (!this.#described) throw new Error("a program is described before its jobs are called");
    return (this.#program ?? this.#plugin).execute(call, hooks, signal);
  }

  health(service: string): Promise<Health> {
    return checkHealth(this.#connection.client, service, this.#connection.clock);
  }

  close(): void {
    this.#connection.close();
  }
}
