import { loadPackage } from "./packages.ts";
import { serve, serviceSettings, shellTrue } from "./service.ts";

/** DBOS's side of the workloads: workflows whose steps leave checkpoints in PostgreSQL. */

type Workflow = (steps: number) => Promise<void>;

interface Dbos {
  setConfig(config: {
    readonly name: string;
    readonly systemDatabaseUrl: string;
    readonly logLevel: string;
  }): void;
  registerWorkflow(workflow: Workflow, config: { readonly name: string }): Workflow;
  runStep<T>(step: () => Promise<T>, config: { readonly name: string }): Promise<T>;
  launch(): Promise<void>;
}

const { folder, databaseUrl } = serviceSettings();
const { DBOS } = await loadPackage<{ readonly DBOS: Dbos }>(folder, "@dbos-inc/dbos-sdk");
DBOS.setConfig({ name: "bench", systemDatabaseUrl: databaseUrl, logLevel: "error" });
const step = { name: "step" };
const inProcess = DBOS.registerWorkflow(
  async (steps) => {
    for (let number = 1; number <= steps; number++) await DBOS.runStep(() => Promise.resolve(number), step);
  },
  { name: "inProcess" },
);
const chain = DBOS.registerWorkflow(
  async (steps) => {
    for (let number = 0; number < steps; number++) await DBOS.runStep(shellTrue, step);
  },
  { name: "chain" },
);
const independent = DBOS.registerWorkflow(
  async (steps) => {
    await Promise.all(Array.from({ length: steps }, () => DBOS.runStep(shellTrue, step)));
  },
  { name: "independent" },
);
await DBOS.launch();
// DBOS takes the object that a workflow is called on for an instance of the user's.
serve({
  inProcess: (steps) => inProcess(steps),
  chain: (steps) => chain(steps),
  independent: (steps) => independent(steps),
});
