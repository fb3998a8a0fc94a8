import { loadPackage } from "./packages.ts";
import { SLOTS } from "./peer.ts";
import { serve, serviceSettings, shellTrue } from "./service.ts";

/** graphile-worker's side of the workloads. The last job of an order resolves it. */

interface Payload {
  readonly order: number;
  /** Steps that follow this one. */
  readonly following: number;
  readonly isProcess: boolean;
}

interface JobSpec {
  readonly identifier: string;
  readonly payload: Payload;
}

interface Graphile {
  readonly run: (options: {
    readonly connectionString: string;
    readonly concurrency: number;
    readonly noHandleSignals: boolean;
    readonly logger: object;
    readonly taskList: Readonly<
      Record<
        string,
        (
          payload: Payload,
          helpers: { addJob(name: string, payload: Payload): Promise<unknown> },
        ) => Promise<void>
      >
    >;
  }) => Promise<{
    addJob(name: string, payload: Payload): Promise<unknown>;
  }>;
  readonly makeWorkerUtils: (options: {
    readonly connectionString: string;
    readonly logger: object;
  }) => Promise<{
    addJobs(jobs: readonly JobSpec[]): Promise<unknown>;
  }>;
  readonly Logger: new (factory: () => () => void) => object;
}

interface Waiting {
  open: number;
  readonly done: () => void;
}

const { folder, databaseUrl } = serviceSettings();
const { run, makeWorkerUtils, Logger } = await loadPackage<Graphile>(folder, "graphile-worker");
const orders = new Map<number, Waiting>();
const logger = new Logger(() => () => undefined);
const utilities = await makeWorkerUtils({ connectionString: databaseUrl, logger });
const runner = await run({
  connectionString: databaseUrl,
  concurrency: SLOTS,
  noHandleSignals: true,
  logger,
  taskList: {
    step: async ({ order, following, isProcess }, helpers) => {
      if (isProcess) await shellTrue();
      if (following > 0) await helpers.addJob("step", { order, following: following - 1, isProcess });
      else finish(order);
    },
  },
});
let last = 0;
serve({
  inProcess: (steps) => sequence(steps, false),
  chain: (steps) => sequence(steps, true),
  independent: (steps) =>
    ordered(steps, (order) => {
      const payload = { order, following: 0, isProcess: true };
      return utilities.addJobs(Array.from({ length: steps }, () => ({ identifier: "step", payload })));
    }),
});

function sequence(steps: number, isProcess: boolean): Promise<void> {
  return ordered(1, (order) => runner.addJob("step", { order, following: steps - 1, isProcess }));
}

function ordered(ends: number, add: (order: number) => Promise<unknown>): Promise<void> {
  return new Promise((done, failed) => {
    const order = ++last;
    orders.set(order, { open: ends, done });
    add(order).catch(failed);
  });
}

function finish(order: number): void {
  const waiting = orders.get(order);
  if (waiting === undefined) return;
  waiting.open--;
  if (waiting.open > 0) return;
  orders.delete(order);
  waiting.done();
}
