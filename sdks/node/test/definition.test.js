import assert from "node:assert/strict";
import { test } from "node:test";
import { choice, DefinitionError, job, number, text } from "@gaia/sdk";
import { runPipeline } from "@gaia/sdk/testing";

const run = () => {};

/** @param {unknown} jobs */
async function problemsOf(jobs) {
  // What a JavaScript author may give, whatever its type.
  const given = /** @type {import("@gaia/sdk").Job[]} */ (jobs);
  const reason = await runPipeline(given).then(
    () => null,
    (/** @type {unknown} */ error) => error,
  );
  assert.ok(reason instanceof DefinitionError, String(reason));
  return reason.problems;
}

const build = job("Build", run);

for (const [jobs, ...problems] of /** @type {[unknown, ...string[]][]} */ ([
  [undefined, "serve takes a list of jobs: serve([build, test])"],
  [[], "there are no jobs: serve([build, test])"],
  [[build, "Test"], 'what stands at position 2 of the list is no job: make it with job("Title", …)'],
  [[build, build], 'two jobs are called "Build"'],
  [[build, job("BUILD", run)], 'two jobs are called "BUILD"'],
  [[job(" ", run)], "a job has no title"],
  [[job("a\nb", run)], 'the title "a\\nb" has control characters'],
  [
    [job("x".repeat(501), run)],
    `the title that begins with "${"x".repeat(40)}" has more than 500 characters`,
  ],
  [[job("Build", { dependsOn: ["Tset"], run })], 'job "Build" depends on "Tset", which is not in the list'],
  [
    [job("Build", { dependsOn: [job("Test", run)], run }), job("Test", run)],
    'job "Build" depends on "Test", which is not in the list',
  ],
  [[job("Build", { dependsOn: ["BUILD"], run })], "the jobs wait for each other: Build → Build"],
  [
    [
      job("A", { dependsOn: ["C"], run }),
      job("B", { dependsOn: ["a"], run }),
      job("C", { dependsOn: ["b"], run }),
    ],
    "the jobs wait for each other: A → B → C → A",
  ],
  [
    [job("A", { dependsOn: ["B"], run }), job("B", { onDemand: true, run })],
    'job "A" depends on "B", which is performed on demand only',
  ],
  [[job("A", { onDemand: true, run })], "all jobs are on demand: the graph is empty"],
  [[job("A", { attempts: 101, run })], 'job "A": `attempts` has to be a whole number from 1 to 100, not 101'],
  [[job("A", { timeoutMs: 0, run })], 'job "A": `timeoutMs` has to be a number of milliseconds, not 0'],
  [[job("A", /** @type {any} */ ({}))], 'job "A" has no function: give it `run`'],
  [[job("A", { when: /** @type {any} */ (true), run })], 'job "A": `when` has to be a function'],
  [[job("A", { args: { "": text() }, run })], 'job "A" has an argument without a key'],
  [
    [job("A", { args: { x: /** @type {any} */ ("text") }, run })],
    'argument "x" of job "A" is no argument: make it with text(), number(), …',
  ],
  [[job("A", { args: { x: choice([]) }, run })], 'argument "x" of job "A" has no choices'],
  [
    [job("A", { args: { x: number("", { default: NaN }) }, run })],
    'argument "x" of job "A" has the default "NaN", which is no number',
  ],
  [
    [job("A", { args: { x: choice(["a"], "", /** @type {any} */ ({ default: "b" })) }, run })],
    'argument "x" of job "A" has the default "b", which is none of a',
  ],
  [
    [{ title: "A", handler: run, args: [{ key: "x" }, { key: "x" }] }],
    'job "A" declares the argument "x" twice',
  ],
])) {
  test(`refused: ${problems[0]}`, async () => assert.deepEqual(await problemsOf(jobs), problems));
}

test("two titles of one hash are refused", async () => {
  const jobs = [job("Job 976658", run), job("Job 1604400", run)];
  assert.deepEqual(await problemsOf(jobs), [
    'the titles "Job 976658" and "Job 1604400" have the same hash: rename one',
  ]);
});

test("everything that is wrong is told at once", async () => {
  const jobs = [job("A", { dependsOn: ["X"], attempts: -1, run }), job("a", run)];
  assert.equal((await problemsOf(jobs)).length, 3);
});

test("ten thousand jobs in a row are no trouble", async () => {
  const jobs = Array.from({ length: 10_000 }, (_, index) =>
    job(`Job ${index}`, { dependsOn: index === 0 ? [] : [`Job ${index - 1}`], run }),
  );
  assert.equal(Object.keys((await runPipeline(jobs, { only: ["Job 5"] })).jobs).length, 6);
});
