import { expect, test } from "vitest";
import type { KnownWorker } from "../../workers/workers.ts";
import { workerView } from "./worker-view.ts";

const KNOWN = {
  hello: {
    worker_id: "worker_1",
    name: "local",
    host: "here",
    gaia_version: "1.0.0",
    tags: [],
    stop_means: "cgroup",
    memory_limits: "enforced",
    cpu_limits: "enforced",
  },
  session: { slots: 4, connectedAt: 1, lastSeenAt: 1, unhealthy: "", draining: false },
  disconnectedAt: null,
} as unknown as KnownWorker;

test.each([
  [0, 0, 0],
  [4, 4, 0],
  // Short tasks are taken ahead of the slots: they are not running yet.
  [6, 4, 2],
])(
  "of %i attempts that a worker of four slots has, %i run and %i were taken ahead",
  (held, running, ahead) => {
    expect(workerView(KNOWN, held)).toMatchObject({ slots: 4, running, ahead });
  },
);
