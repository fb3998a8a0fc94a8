import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { shellAssignment } from "./link/test-assignments.ts";
import { TestHost } from "./test-host.ts";

describe("a worker", () => {
  let host: TestHost;
  beforeEach(async () => {
    host = new TestHost();
    await host.server.listen();
  });
  afterEach(() => host.close());

  it("runs a command and reports its exit, with a log", async () => {
    await host.startWorker();
    host.server.assign(shellAssignment("run_1", "echo hello; echo problem >&2"));
    const ended = await host.server.ended("run_1");
    expect(ended).toMatchObject({ outcome: "succeeded", exit_code: 0, has_exit_code: true, message: "" });
    expect(ended.started_at).toBeGreaterThan(0);
    expect(host.logOf("run_1")).toBe("hello\nproblem\n");
  });
});
void existsSync;
