import type { RunView } from "@gaia/contracts/api.ts";
import { GaiaError } from "@gaia/contracts/errors.ts";
import type { GaiaClient } from "../client/api.ts";
import { ensureServer } from "../client/ensure-server.ts";
import { LogFollowers } from "../client/follow-log.ts";
import { followRun, type Revive } from "../client/follow-run.ts";
import type { Context } from "../context.ts";
import { isInForeground } from "../terminal/keyboard.ts";
import type { Display, DisplayActions } from "./display.ts";
import { JsonDisplay } from "./json-display.ts";
import { LiveDisplay } from "./live-display.ts";
import { PlainDisplay } from "./plain-display.ts";
import { addUnknownJobs, applyNews, emptyState, type LiveState } from "./state.ts";
import { Unplaced } from "./unplaced.ts";

/** How a run is watched. */
export interface WatchOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Also what the tasks print. */
  readonly verbose: boolean;
  /** What the first Ctrl-C does: stop the run (who started it), or leave it alone (who looks on). */
  readonly onInterrupt: "stop" | "leave";
}

/** How the watching ended. */
export type WatchEnd =
  | {
      readonly kind: "ended";
      readonly run: RunView;
      readonly state: LiveState;
      readonly interrupted: boolean;
    }
  | { readonly kind: "detached" }
  | { readonly kind: "interrupted" };

/** A run with more tasks than this is shown by what the stream says of it; its further pages are not loaded. */
const LOADED_JOBS_MAX = 10_000;

/** Watches a run to its end, unless the person leaves before. */
export async function watchRun(
  context: Context,
  client: GaiaClient,
  ref: string,
  options: WatchOptions,
): Promise<WatchEnd> {
  const watch = new Watch(context, client, ref, options);
  return watch.run();
}

class Watch {
  readonly #context: Context;
  readonly #client: GaiaClient;
  readonly #ref: string;
  readonly #options: WatchOptions;
  readonly #state = emptyState();
  readonly #abort = new AbortController();
  readonly #display: Display;
  readonly #logs: LogFollowers | null;
  readonly #unplaced: Unplaced;
  readonly #onSignal = () => this.#interrupt();
  readonly #onHangUp = () => this.#leave("detached");
  #interrupts = 0;
  #left: "detached" | "interrupted" | null = null;
  #loading: Promise<void> | null = null;

  constructor(context: Context, client: GaiaClient, ref: string, options: WatchOptions) {
    this.#context = context;
    this.#client = client;
    this.#ref = ref;
    this.#options = options;
    this.#display = this.#chooseDisplay();
    this.#logs = options.verbose
      ? new LogFollowers(
          client,
          ref,
          (...text) => this.#display.log(...text),
          this.#abort.signal,
          (key, error) => this.#display.notice(`the log of ${key} cannot be read: ${error.message}`),
        )
      : null;
    this.#unplaced = new Unplaced(
      (run, key) => client.why(run, key),
      (text) => this.#display.notice(text),
    );
  }

  async run(): Promise<WatchEnd> {
    process.on("SIGINT", this.#onSignal);
    process.on("SIGTERM", this.#onSignal);
    process.on("SIGHUP", this.#onHangUp);
    try {
      await this.#follow();
      if (this.#left === null) {
        await this.#loading;
        await this.#logs?.finish();
      }
    } finally {
      this.#unplaced.close();
      await this.#display.close(this.#state, this.#left === null && this.#state.ended);
      process.off("SIGINT", this.#onSignal);
      process.off("SIGTERM", this.#onSignal);
      process.off("SIGHUP", this.#onHangUp);
    }
    return this.#end();
  }

  async #follow(): Promise<void> {
    const news = followRun(this.#client, this.#ref, this.#revive(), this.#abort.signal);
    for await (const one of news) {
      const changes = applyNews(this.#state, one);
      this.#display.update(this.#state, one, changes);
      this.#unplaced.update(this.#state, changes);
      for (const { job } of changes) this.#logs?.consider(job);
      if (one.kind === "snapshot" && one.run.jobs_total > one.run.jobs.length)
        this.#loading ??= this.#loadJobs();
    }
  }

  /** The tasks past the snapshot's first 1,000. */
  async #loadJobs(): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await this.#client.jobs(this.#ref, { cursor, limit: "500" }).catch(() => null);
      if (page === null || this.#abort.signal.aborted) return;
      const changes = addUnknownJobs(this.#state, page.items);
      for (const { job } of changes) this.#logs?.consider(job);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined && this.#state.jobs.size < LOADED_JOBS_MAX);
  }

  #end(): WatchEnd {
    if (this.#left !== null) return { kind: this.#left };
    if (this.#state.run === null)
      throw new GaiaError("internal", "The run's stream ended without saying anything.");
    return { kind: "ended", run: this.#state.run, state: this.#state, interrupted: this.#interrupts > 0 };
  }

  #revive(): Revive {
    if (this.#context.endpoint.kind === "tcp") return null;
    return async () => {
      await ensureServer(this.#client, this.#context.environment, () => this.#context.port.serverProgram());
    };
  }

  #interrupt(): void {
    this.#interrupts += 1;
    if (this.#options.onInterrupt === "leave" || this.#interrupts > 1) {
      this.#leave("interrupted");
      return;
    }
    this.#display.stopping();
    this.#client.stop(this.#ref, { comment: "Ctrl-C in gaia run" }).catch((reason: unknown) => {
      // A run that ended by itself in the meantime needs no stopping.
      if (reason instanceof GaiaError && reason.code === "conflict") return;
      this.#display.notice(reason instanceof Error ? reason.message : String(reason));
    });
  }

  #leave(how: "detached" | "interrupted"): void {
    this.#left ??= how;
    this.#abort.abort();
  }

  #chooseDisplay(): Display {
    const { json, quiet } = this.#options;
    if (json) return new JsonDisplay(this.#context);
    const environment = this.#context.environment;
    const redraws =
      this.#context.stderrIsTerminal &&
      environment["TERM"] !== "dumb" &&
      !isCi(environment["CI"]) &&
      isInForeground();
    if (quiet || !redraws) return new PlainDisplay(this.#context, quiet);
    const actions: DisplayActions = {
      interrupt: () => this.#interrupt(),
      detach: () => this.#leave("detached"),
    };
    const readKeys = this.#context.stdinIsTerminal;
    return new LiveDisplay(this.#context, this.#client, this.#ref, this.#state, actions, readKeys);
  }
}

/** CI systems set `CI`; some give the job a terminal, on which redrawing only fills the log. */
function isCi(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "false" && value !== "0";
}
