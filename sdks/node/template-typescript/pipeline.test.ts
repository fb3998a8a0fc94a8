import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runJob, runPipeline } from "@gaia/sdk/testing";
import { jobs, report, warn } from "./pipeline.ts";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "pipeline-"));
  await writeFile(join(folder, "a"), "12345");
  await writeFile(join(folder, "b"), "123");
});
after(() => rm(folder, { recursive: true }));

test("the pipeline measures and reports, and finds nothing to warn of", async () => {
  const run = await runPipeline(jobs, { args: { folder } });
  assert.deepEqual(run.jobs.Measure.outputs, { files: 2, bytes: 8 });
  assert.deepEqual(run.jobs.Report.outputs, { average: 4 });
  assert.equal(run.jobs.Warn.outcome, "skipped");
});

test("an empty folder has an average of 0", async () => {
  const { outputs } = await runJob(report, { outputs: { Measure: { files: 0, bytes: 0 } } });
  assert.deepEqual(outputs, { average: 0 });
});

test("a folder that is too large fails the run", async () => {
  const { outcome, message } = await runJob(warn, { args: { limit: 7 }, outputs: { Measure: { bytes: 8 } } });
  assert.deepEqual([outcome, message], ["failed", "the folder has 8 bytes, more than 7"]);
});
