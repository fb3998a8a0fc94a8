import { errorFrom, LIMITS } from "@gaia/contracts";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import { dirname } from "node:path";
import type { Cancel, Clock } from "../engine/clock.ts";
import type { HeldRun } from "../engine/port.ts";
import type { Logger } from "../observe/port.ts";
import { buildIdOf } from "../pipelines/index.ts";
import type { Store } from "../store/port.ts";
import type { BuildTools } from "./build-definition.ts";
import type { Sources } from "./sources.ts";

export interface CollectingOptions {
  readonly pipelines: Pick<Store["pipelines"], "versions" | "version">;
  readonly sources: Sources;
  readonly liveRuns: () => readonly HeldRun[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly tools: BuildTools;
  /** Where the ids of the builds stand that are kept. */
  readonly keepFile: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Whoever starts a server waits for other things first. */
const FIRST_MS = 10 * 60_000;
const EVERY_MS = 3_600_000;
/** Caches are trimmed by it as well: gigabytes of small files on a slow disk. */
const TIMEOUT_MS = 30 * 60_000;
const TOLD_BYTES = 4_096;

/** Has builds removed that nobody can ask for any more, by the builder's own program: it knows what is being built. */
export class Collecting {
  readonly #options: CollectingOptions;
  readonly #abort = new AbortController();
  #cancel: Cancel | null = null;
  #collecting: Promise<void> = Promise.resolve();

  constructor(options: CollectingOptions) {
    this.#options = options;
  }

  start(afterMs = FIRST_MS): void {
    this.#cancel = this.#options.clock.after(afterMs, () => {
      this.#collecting = this.collect().then(() => this.start(EVERY_MS));
    });
  }

  async close(): Promise<void> {
    this.#abort.abort();
    this.#cancel?.();
    await this.#collecting;
    this.#cancel?.();
  }

  /** Now; resolves when it is done, whatever became of it. */
  async collect(): Promise<void> {
    const { keepFile, log, tools } = this.#options;
    // Nothing was ever built here.
    if (!existsSync(tools.builds)) return;
    try {
      const kept = await this.#kept();
      await mkdir(dirname(keepFile), { recursive: true });
      await writeFile(keepFile, [...kept, ""].join("\n"), { mode: 0o600 });
      await this.#run();
    } catch (caught) {
      if (!this.#abort.signal.aborted) log.warn({ err: errorFrom(caught) }, "builds could not be collected");
    }
  }

  /** What can still be asked for: newest and chosen versions, and what runs. */
  async #kept(): Promise<ReadonlySet<string>> {
    const { pipelines, sources, liveRuns } = this.#options;
    const kept = new Set<string>();
    const keep = (definition: string | undefined): void => {
      const id = definition === undefined ? null : buildIdOf(definition);
      if (id !== null) kept.add(id);
    };
    for (const { namespace, pipeline, pinned, former } of sources.all()) {
      const newest = await pipelines.versions(namespace, pipeline, LIMITS.keptVersions);
      for (const { definition } of newest) keep(definition);
      for (const version of [pinned, former])
        if (version !== null) keep((await pipelines.version(namespace, pipeline, version))?.definition);
    }
    for (const { facts } of liveRuns()) keep(facts.definition);
    return kept;
  }

  #run(): Promise<void> {
    const { tools, keepFile, environment, log } = this.#options;
    const { node, builder, builds, cache } = tools;
    const words = ["gc", "--builds", builds, "--cache", cache, "--keep-file", keepFile];
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const child = spawn(node, [builder, ...words], {
      env: environment,
      stdio: ["ignore", "ignore", "pipe"],
      signal: this.#abort.signal,
      timeout: TIMEOUT_MS,
    });
    // Whatever else the machine has to do goes first.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    let told = "";
    child.stderr.on("data", (bytes: Buffer) => {
      told = (told + bytes.toString("utf8")).slice(-TOLD_BYTES);
    });
    child.once("error", reject);
    child.once("close", (status) => {
      if (status !== 0) log.warn({ status, why: told.trim() }, "builds could not be collected");
      resolve();
    });
    return promise;
  }
}
