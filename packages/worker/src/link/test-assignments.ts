import { tmpdir } from "node:os";
import type { Assignment, ProcessSpec } from "@gaia/contracts";

/** What a test wants of an assignment; the rest is as usual. */
export interface AssignmentWishes extends Partial<Assignment> {
  readonly process?: Partial<ProcessSpec>;
}

/** An assignment of a shell command, as a server makes it. `run` names it in the test. */
export function shellAssignment(run: string, command: string, wishes: AssignmentWishes = {}): Assignment {
  const { process: spec, ...rest } = wishes;
  const processSpec: ProcessSpec = {
    command,
    shell: ["sh", "-c"],
    shown: command,
    environment: {},
    secrets: {},
    workDir: null,
    outputs: [],
    artifacts: [],
    successCodes: [0],
    logMaxBytes: 1_000_000_000,
    logDrop: false,
    ...spec,
  };
  return {
    name: { run, job: 0, attempt: 1, token: 1 },
    key: "task",
    run_number: "7",
    pipeline: "pipeline",
    namespace: "default",
    executor: "process",
    spec: Buffer.from(JSON.stringify(processSpec), "utf8"),
    values: {},
    secrets: {},
    folder: `runs/2026-11/${run}`,
    work_dir: tmpdir(),
    timeout_ms: 0,
    grace_ms: 1_000,
    kill_when_lease_ends: false,
    cpus: 0,
    memory_bytes: 0,
    strict_limits: false,
    traceparent: "",
    environment: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
    log_max_bytes: 0,
    log_drop: false,
    ...rest,
  };
}
