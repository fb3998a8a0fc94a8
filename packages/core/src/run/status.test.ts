import { describe, expect, it } from "vitest";
import { JOB_STATUSES, RUN_STATUSES } from "./state.ts";
import { isRunEnded, statusOf } from "./status.ts";
import { started } from "./testing/test-run.ts";
import { task } from "./testing/build.ts";

describe("statuses", () => {
  it("are these words everywhere", () => {
    const all = [
      "pending",
      "queued",
      "running",
      "waiting",
      "stopping",
      "completed",
      "failed",
      "skipped",
      "cancelled",
    ];
    expect(JOB_STATUSES).toEqual(all);
    expect(RUN_STATUSES).toEqual(["pending", "running", "stopping", "completed", "failed", "cancelled"]);
    expect(RUN_STATUSES.filter(isRunEnded)).toEqual(["completed", "failed", "cancelled"]);
    expect(Object.keys(started([task("a")]).live.header.counts)).toEqual(all);
    expect(statusOf(undefined)).toBe("pending");
  });
});
