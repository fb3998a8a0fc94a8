import { describe, expect, it } from "vitest";

import type { CommitStatusRow } from "../port.ts";
import type { MakeStore } from "../store.suite.ts";
import { createRuns, endedRun, newRun, SPACE } from "./example.ts";
import { useStore } from "./fixture.ts";

export function testCommitStatuses(make: MakeStore): void {
  describe("commit statuses", () => {
    const at = useStore(make);

    it("come with their runs in one commit, and each takes the place of the one before", async () => {
      const first = exampleStatus("run_a");
      await at.store.commit({ runs: [newRun({ id: "run_a" })], commitStatuses: [first] });
      expect(await at.store.commitStatuses.of("run_a")).toEqual(first);
      const told = exampleStatus("run_a", {
        state: "failure",
        description: "tests ✗ failed",
        since: 20,
        told: { state: "failure", at: 21 },
        trigger: null,
        isOpen: false,
      });
      await at.store.commit({ runs: [], commitStatuses: [exampleStatus("run_a", { since: 15 }), told] });
      expect(await (await at.fixture.reopen()).commitStatuses.of("run_a")).toEqual(told);
    });

    it("that are open are found by the time of their state, the others only by their run", async () => {
      await createRuns(
        at.store,
        ["run_a", "run_b", "run_c"].map((id, index) => ({ id, facts: { number: index + 1 } })),
      );
      const late = exampleStatus("run_a", { since: 30 });
      const early = exampleStatus("run_c", { since: 10, dropped: "superseded", problem: "unreachable" });
      const settled = exampleStatus("run_b", { since: 20, isOpen: false });
      await at.store.commit({ runs: [], commitStatuses: [late, settled, early] });
      expect(await (await at.fixture.reopen()).commitStatuses.open()).toEqual([early, late]);
      expect(await at.store.commitStatuses.of("run_b")).toEqual(settled);
      expect(await at.store.commitStatuses.of("run_x")).toBeNull();
    });

    it("go with their run, and one that comes too late is left out", async () => {
      await endedRun(at.store, { id: "run_a" });
      const row = exampleStatus("run_a");
      await at.store.commit({ runs: [], commitStatuses: [row] });
      await at.store.upkeep.pack(1_000_000, 10);
      expect(await at.store.commitStatuses.of("run_a")).toEqual(row);
      const none = { maxAgeMs: null, maxRuns: 0, maxBytes: null, keepPerPipeline: 0 };
      expect((await at.store.upkeep.prune(none, 1_000_000, 10)).removed).toHaveLength(1);
      await at.store.commit({ runs: [], commitStatuses: [row] });
      expect(await at.store.commitStatuses.of("run_a")).toBeNull();
      expect(await at.store.commitStatuses.open()).toEqual([]);
      expect(await at.store.upkeep.check()).toEqual([]);
    });
  });
}

function exampleStatus(run: string, given: Partial<CommitStatusRow> = {}): CommitStatusRow {
  return {
    run,
    namespace: SPACE,
    pipeline: "build",
    trigger: "trg_1",
    target: {
      forge: "gitea",
      api: "https://git.example.org/api/v1",
      repository: "team/app",
      context: "gaia/build",
      token: "STATUS_TOKEN",
    },
    commit: "4f2a".repeat(10),
    state: "pending",
    description: "Run #1 is in progress",
    since: 10,
    told: null,
    problem: "",
    dropped: null,
    isOpen: true,
    ...given,
  };
}
