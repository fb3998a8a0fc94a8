import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ExitPipeline, job, number, skip, text, vault } from "@gaia/sdk";
import { runPipeline } from "@gaia/sdk/testing";

/** @param {import("@gaia/sdk/testing").RunReport} report */
function outcomes({ jobs }) {
  return Object.fromEntries(
    Object.values(jobs).map(({ title, outcome, message }) => [
      title,
      message === "" ? outcome : `${outcome}: ${message}`,
    ]),
  );
}

const fails = () => {
  throw new Error("no");
};

test("jobs run after what they depend on, and hand outputs on", async () => {
  /** @type {string[]} */
  const order = [];
  const build = job("Build", {
    args: { name: text("", { default: "all" }) },
    run: async ({ args, setOutput }) => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push("Build");
      setOutput("file", `${args.name}.tar`);
    },
  });
  const test = job("Test", {
    dependsOn: ["build"],
    run: ({ output, outputs, setOutput }) => {
      order.push("Test");
      setOutput("seen", [output(build, "file") ?? null, outputs]);
    },
  });
  const report = await runPipeline([test, build], { args: { name: "docs" } });
  assert.deepEqual(order, ["Build", "Test"]);
  assert.equal(report.outcome, "succeeded");
  assert.deepEqual(report.jobs["Test"].outputs, { seen: ["docs.tar", { Build: { file: "docs.tar" } }] });
});

test("jobs that do not depend on each other run at once", async () => {
  /** @type {() => void} */
  let open = () => {};
  const opened = new Promise((resolve) => (open = () => resolve(null)));
  const report = await runPipeline([job("A", () => opened), job("B", () => open())]);
  assert.deepEqual(outcomes(report), { A: "succeeded", B: "succeeded" });
});

test("what depends on a failure is not run, the others are", async () => {
  const report = await runPipeline([
    job("A", fails),
    job("B", { dependsOn: ["A"], run: () => {} }),
    job("C", () => {}),
  ]);
  assert.deepEqual(outcomes(report), { A: "failed: no", C: "succeeded" });
  assert.equal(report.outcome, "failed");
});

test("what depends on a skipped job is run", async () => {
  const report = await runPipeline([
    job("A", { when: () => skip("not today"), run: fails }),
    job("B", { dependsOn: ["A"], run: ({ outputs, setOutput }) => setOutput("outputs", outputs) }),
  ]);
  assert.deepEqual(outcomes(report), { A: "skipped: not today", B: "succeeded" });
  assert.deepEqual(report.jobs["B"].outputs, { outputs: { A: {} } });
});

test("a job that ends the pipeline lets running ones end, and no other begin", async () => {
  /** @type {() => void} */
  let open = () => {};
  const opened = new Promise((resolve) => (open = () => resolve(null)));
  const report = await runPipeline([
    job("Runs", () => opened),
    job("Exit", () => {
      setImmediate(open);
      throw new ExitPipeline("enough");
    }),
    job("Later", { dependsOn: ["Runs"], run: () => {} }),
  ]);
  assert.deepEqual(outcomes(report), { Runs: "succeeded", Exit: "exited: enough" });
  assert.equal(report.outcome, "succeeded");
});

test("a job is tried again as often as it says", async () => {
  const flaky = (/** @type {number} */ attempts) =>
    job("Flaky", {
      attempts,
      run: ({ attempt, log }) => {
        log.info(`attempt ${attempt}`);
        if (attempt < 3) throw new Error("not yet");
      },
    });
  const { jobs } = await runPipeline([flaky(3)]);
  assert.deepEqual([jobs["Flaky"].outcome, jobs["Flaky"].attempts], ["succeeded", 3]);
  assert.deepEqual(
    jobs["Flaky"].log.filter(({ level }) => level === "info").map(({ text }) => text),
    ["attempt 1", "attempt 2", "attempt 3"],
  );
  assert.deepEqual(outcomes(await runPipeline([flaky(2)])), { Flaky: "failed: not yet" });
});

test("a job that takes too long fails, whether it hears or not, and is tried again", async () => {
  /** @type {unknown[]} */
  const reasons = [];
  const hears = job("Hears", {
    timeoutMs: 20,
    attempts: 2,
    run: ({ signal }) =>
      new Promise((_, reject) =>
        signal.addEventListener("abort", () => {
          reasons.push(signal.reason.message);
          reject(signal.reason);
        }),
      ),
  });
  const deaf = job("Deaf", { timeoutMs: 20, run: () => new Promise(() => {}) });
  const report = await runPipeline([hears, deaf]);
  assert.deepEqual(outcomes(report), {
    Hears: "failed: timed out after 20 ms",
    Deaf: "failed: timed out after 20 ms",
  });
  assert.deepEqual([report.jobs["Hears"].attempts, reasons], [2, ["timed_out", "timed_out"]]);
});

test("a timeout may be longer than a timer of Node", async () => {
  const patient = job("Patient", {
    timeoutMs: 2 ** 31,
    run: ({ signal }) => sleep(20, undefined, { signal }),
  });
  assert.deepEqual(outcomes(await runPipeline([patient])), { Patient: "succeeded" });
});

const part = job("Part", {
  onDemand: true,
  args: { index: number() },
  run: ({ args, title, setOutput }) => {
    setOutput("index", args.index ?? null);
    setOutput("title", title);
  },
});
const sum = job("Sum", {
  onDemand: true,
  run: ({ outputs, setOutput }) =>
    setOutput(
      "sum",
      Object.values(outputs).reduce((all, { index }) => all + Number(index), 0),
    ),
});

test("added jobs run after the one that added them, with their own arguments", async () => {
  const grow = job("Grow", ({ addJob }) => {
    addJob(sum, "Join", { dependsOn: ["part 1", "Part 2"] });
    for (const index of [1, 2]) addJob(part, `Part ${index}`, { args: { index } });
  });
  const { jobs } = await runPipeline([grow, part, sum]);
  assert.deepEqual(jobs["Part 2"].outputs, { index: 2, title: "Part 2" });
  assert.deepEqual(jobs["Join"].outputs, { sum: 3 });
  assert.equal(jobs["Part"], undefined);
});

test("added jobs are given secrets, and nothing else that they were not added with", async () => {
  const safe = job("Safe", {
    onDemand: true,
    args: { TOKEN: vault(), OWN: vault(), name: text() },
    run: ({ args, setOutput }) => setOutput("args", args),
  });
  const grow = job("Grow", {
    args: { name: text() },
    run: ({ addJob }) => addJob(safe, "Added", { args: { OWN: "own" } }),
  });
  const args = { TOKEN: "secret", OWN: "other", name: "x" };
  const { jobs } = await runPipeline([grow, safe], { args });
  assert.deepEqual(jobs["Added"].outputs, { args: { TOKEN: "secret", OWN: "own", name: "" } });
});

for (const [titles, dependsOn, message] of /** @type {[string[], string[], string][]} */ ([
  [["Grow"], [], 'it adds "Grow", but there is a job of this title already'],
  [["A"], ["X"], 'it adds "A", which depends on "X": there is no such job'],
  [["A", "B"], ["a", "b"], "it adds jobs that wait for each other: a → a"],
])) {
  test(`added jobs that cannot be are a failure: ${message}`, async () => {
    const grow = job("Grow", ({ addJob }) => titles.forEach((title) => addJob(part, title, { dependsOn })));
    assert.deepEqual(outcomes(await runPipeline([grow, part])), { Grow: `failed: ${message}` });
  });
}

test("only some jobs are run, and what they depend on", async () => {
  const jobs = ["A", "B", "C"].map((title, index, all) =>
    job(title, { dependsOn: all.slice(index - 1, index), run: () => {} }),
  );
  assert.deepEqual(Object.keys((await runPipeline(jobs, { only: ["b"] })).jobs), ["A", "B"]);
  assert.deepEqual(Object.keys((await runPipeline(jobs, { only: [jobs[0]] })).jobs), ["A"]);
  await assert.rejects(runPipeline(jobs, { only: ["X"] }), /there is no job "X" in the pipeline/);
  await assert.rejects(runPipeline(jobs, { args: { x: 1 } }), /no job has an argument "x"/);
});
