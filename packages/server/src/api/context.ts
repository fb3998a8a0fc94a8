import { GaiaError } from "@gaia/contracts";
import type { Listener } from "../engine/port.ts";
import type { Caller } from "../runs/port.ts";
import type { ApiDeps } from "./port.ts";
import { runIdOf } from "./references.ts";
import type { Channel } from "./streams/channel.ts";
import { type Situation, situationOf } from "./situation.ts";
import { readRun, type RunSnapshot } from "./views/snapshot.ts";

/** What the handlers share: from what a person named to what is there. */
export class ApiContext {
  readonly deps: ApiDeps;

  constructor(deps: ApiDeps) {
    this.deps = deps;
  }

  situation(): Situation {
    return situationOf(this.deps.engine, this.deps.workers, this.deps.now());
  }

  async runId(caller: Caller, ref: string): Promise<string> {
    // Who started a run soon asks for it by its id: what is in memory need not be looked for on the disk (0.3 ms).
    if (this.deps.engine.live.inMemory(ref)?.namespace === caller.namespace) return ref;
    return runIdOf(this.deps.store, caller.namespace, ref);
  }

  /** Reads the run that a person named. @throws GaiaError `not_found` */
  async run<T>(caller: Caller, ref: string, read: (run: RunSnapshot) => T): Promise<T> {
    return this.runById(await this.runId(caller, ref), read);
  }

  async runById<T>(id: string, read: (run: RunSnapshot) => T): Promise<T> {
    const found = await readRun(this.deps.engine, this.deps.store, id, read);
    if (found === null) throw new GaiaError("not_found", `The run ${id} is not there any more.`);
    return found.value;
  }

  /** Hears what becomes durable. A bug in one stream ends that stream; the engine does not feel it. */
  subscribe(channel: Channel, hear: Listener): () => void {
    return this.deps.engine.hub.subscribe((published) => this.guard(channel, () => hear(published)));
  }

  guard(channel: Channel, work: () => void): void {
    try {
      work();
    } catch (caught) {
      this.deps.log.error({ err: caught }, "an event stream was ended by a bug");
      channel.end("failed");
    }
  }
}
