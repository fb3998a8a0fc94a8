import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readEffects } from "./effects.ts";
import { allRuns, historyOf } from "./history.ts";
import { SystemUnderTest } from "./system.ts";

const WITHIN_MS = 60_000;
const TEST_MS = 180_000;
let system: SystemUnderTest;

beforeEach(async () => {
  system = new SystemUnderTest();
  system.startServer();
  await system.ready(WITHIN_MS);
});

afterEach(() => system.dispose(false));

/** A run of a task that goes on until it is released, and of one behind it. */
async function startRun(): Promise<string> {
  const folder = system.effectsFolder;
  const definition = `name: waits
defaults: {shell: [bash, -c]}
env: {FAULTS: ${folder}, BASH_ENV: ${folder}/step.sh}
tasks:
  - {id: waits, command: 'begin; until [ -e ${join(folder, "go")} ]; do sleep 0.05; done; finish'}
  - {id: after, dependencies: [waits], command: work 0}
`;
  const { run_id: id } = await system.client.startDefinition({ definition });
  await system.until("the task runs", WITHIN_MS, () => readEffects(system.effectsFile).length === 1);
  return id;
}

test(
  "shut down at once, the server stops what runs, and nothing of it all is left",
  async () => {
    const id = await startRun();
    await system.shutDown(true, WITHIN_MS);
    expect(system.leftovers()).toEqual([]);
    system.startServer();
    await system.ready(WITHIN_MS);
    const run = await system.client.run(id);
    expect(run).toMatchObject({ status: "cancelled" });
    expect(run.jobs.map((job) => [job.key, job.status])).toEqual([
      ["waits", "cancelled"],
      ["after", "cancelled"],
    ]);
  },
  TEST_MS,
);

test(
  "shut down, the server leaves what runs to worker and launcher, which go when it has ended; the next goes on",
  async () => {
    const id = await startRun();
    await system.askToEnd(false);
    await system.until("the server is gone", WITHIN_MS, () => !system.isServerUp);
    expect(system.pidsOf("worker")).toHaveLength(1);
    expect(system.pidsOf("launcher")).toHaveLength(1);
    writeFileSync(join(system.effectsFolder, "go"), "");
    await system.until(
      "worker and launcher are gone",
      WITHIN_MS,
      () => system.pidsOf("worker").length + system.pidsOf("launcher").length === 0,
    );
    expect(readEffects(system.effectsFile).map((effect) => effect.kind)).toEqual(["start", "end"]);
    system.startServer();
    await system.ready(WITHIN_MS);
    await system.until(
      "the run has ended",
      WITHIN_MS,
      async () => (await system.client.run(id)).ended_at !== null,
    );
    const [run] = await allRuns(system.client);
    if (run === undefined) throw new Error("the run is not there");
    const { attempts } = await historyOf(system.client, run);
    expect(run.status).toBe("completed");
    expect([...attempts.values()].map((all) => all.map((attempt) => attempt.outcome))).toEqual([
      ["succeeded"],
      ["succeeded"],
    ]);
  },
  TEST_MS,
);
