import type { AttemptEnd, ProcessExit } from "@gaia/core";
import { describe, expect, it } from "vitest";
import { verdictOf } from "./outcome.ts";

function exited(wishes: Partial<ProcessExit>): AttemptEnd {
  const exit: ProcessExit = {
    at: 1,
    exitCode: 0,
    signal: null,
    cause: "none",
    outOfMemory: false,
    survivors: [],
    ...wishes,
  };
  return { kind: "exited", exit };
}

const exit = { at: 1, exitCode: 0, signal: null, cause: "stop", outOfMemory: false, survivors: [] } as const;

describe("an exit", () => {
  it.each([
    [{ exitCode: 0 }, [0], "succeeded", ""],
    [{ exitCode: 3 }, [0, 3], "succeeded", "exit code 3, which counts as success"],
    [{ exitCode: 0 }, [3], "failed", "exit code 0"],
    [{ exitCode: 7 }, [0], "failed", "exit code 7"],
    [{ exitCode: 127 }, [0], "failed", "did not find a command"],
    [{ exitCode: 126 }, [0], "failed", "could not execute it"],
    [
      { exitCode: 137 },
      [0],
      "failed",
      "a command in it was killed by SIGKILL (out of memory? or somebody killed it)",
    ],
    [{ exitCode: 255 }, [0], "failed", "exit code 255"],
    [{ exitCode: null, signal: "SIGSEGV" }, [0], "failed", "killed by SIGSEGV (it read or wrote memory"],
    [
      { exitCode: null, signal: "SIGKILL", outOfMemory: true },
      [0],
      "limit",
      "killed by SIGKILL (out of memory? or somebody killed it); the kernel had killed",
    ],
    [{ exitCode: 0, outOfMemory: true }, [0], "succeeded", ""],
  ] as const)("of %j with success codes %j is %s: %s", (wishes, codes, outcome, message) => {
    const verdict = verdictOf(exited(wishes), codes);
    expect(verdict.outcome).toBe(outcome);
    expect(verdict.message).toContain(message);
  });
});

it.each<[AttemptEnd, string, string]>([
  [
    { kind: "stopped", cause: { kind: "ordered", cause: "run_stopped" }, exit },
    "cancelled",
    "stopped: run_stopped",
  ],
  [{ kind: "stopped", cause: { kind: "ordered", cause: "" }, exit }, "cancelled", "stopped"],
  [
    { kind: "stopped", cause: { kind: "timed_out", timeoutMs: 1_500 }, exit },
    "timed_out",
    "its timeout of 1.5 s",
  ],
  [{ kind: "stopped", cause: { kind: "limit", message: "log" }, exit }, "limit", "log"],
  [{ kind: "stopped", cause: { kind: "unwanted" }, exit }, "cancelled", "does not want it"],
  [{ kind: "memory_limit", exit }, "limit", "more memory than its limit"],
  [{ kind: "lease_ended", exit }, "lost", "longer than the lease"],
  [{ kind: "lost", message: "the launcher died" }, "lost", "the launcher died"],
])("%j is %s", (end, outcome, message) => {
  const verdict = verdictOf(end, [0]);
  expect(verdict.outcome).toBe(outcome);
  expect(verdict.message).toContain(message);
});
