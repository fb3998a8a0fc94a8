import { loadPackage } from "./packages.ts";
import { serve, serviceSettings, shellTrue } from "./service.ts";

/** Restate's side of the workloads: handlers whose steps are journalled by the server. It is called through the server. */

interface Context {
  run<T>(name: string, action: () => T | Promise<T>): Promise<T>;
}

interface RestateSdk {
  readonly service: (definition: {
    readonly name: string;
    readonly handlers: Readonly<Record<string, (context: Context, steps: number) => Promise<number>>>;
  }) => object;
  readonly serve: (options: {
    readonly services: readonly object[];
    readonly port: number;
  }) => Promise<number>;
  readonly RestatePromise: { readonly all: (all: readonly Promise<number>[]) => Promise<readonly number[]> };
}

const { folder, port } = serviceSettings();
const restate = await loadPackage<RestateSdk>(folder, "@restatedev/restate-sdk");
const bench = restate.service({
  name: "bench",
  handlers: {
    inProcess: async (context, steps) => {
      let sum = 0;
      for (let step = 1; step <= steps; step++) sum += await context.run("step", () => step);
      return sum;
    },
    chain: async (context, steps) => {
      for (let step = 0; step < steps; step++) await context.run("true", shellTrue);
      return steps;
    },
    independent: async (context, steps) => {
      const all = Array.from({ length: steps }, () => context.run("true", shellTrue));
      return (await restate.RestatePromise.all(all)).length;
    },
  },
});
await restate.serve({ services: [bench], port });
const onlyThroughTheServer = (): Promise<void> =>
  Promise.reject(new Error("ask Restate's server, which calls this one"));
serve({
  inProcess: onlyThroughTheServer,
  chain: onlyThroughTheServer,
  independent: onlyThroughTheServer,
});
