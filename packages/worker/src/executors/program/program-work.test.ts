import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AttemptEnd } from "@gaia/core";
import { expect, onTestFinished, test } from "vitest";
import { LogRecorders } from "../../logs/recorders.ts";
import { ProgramWork } from "./program-work.ts";

const EXITED: AttemptEnd = {
  kind: "exited",
  exit: { at: 1, exitCode: null, signal: null, cause: "none", outOfMemory: false, survivors: [] },
};

test("a log that is not whole is told behind the outcome, and does not change it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gaia-program-work-"));
  const recorders = new LogRecorders(Date.now, () => {});
  onTestFinished(() => {
    recorders.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const [log = "", index = "", summary = "", artifacts = ""] = ["log", "index", "summary", "artifacts"].map(
    (name) => join(folder, name),
  );
  writeFileSync(log, "hello\n");
  const work = new ProgramWork({ log, index, summary, artifacts }, 1_000, [], recorders);
  work.settle(
    { kind: "outcome", outcome: { kind: "succeeded", outputs: { url: "x" }, jobs: [] } },
    "its log is not whole: ENOSPC: no space left on device, write",
    null,
  );
  expect(await work.finish(EXITED, null, null)).toMatchObject({
    outcome: "succeeded",
    outputs: { url: "x" },
    growth: "",
    message: "its log is not whole: ENOSPC: no space left on device, write",
  });
});
