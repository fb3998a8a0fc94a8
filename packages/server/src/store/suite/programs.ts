import { describe, expect, it } from "vitest";

import type { EndedBuild, ProgramSourceRow } from "../port.ts";
import type { MakeStore } from "../store.suite.ts";
import { examplePipeline, SPACE } from "./example.ts";
import { useStore } from "./fixture.ts";

export function testPrograms(make: MakeStore): void {
  describe("programs", () => {
    const at = useStore(make);

    it("keep where their versions come from, until that is removed", async () => {
      const plain = exampleSource("orders");
      const full = exampleSource("ünder score", {
        namespace: "other",
        source: {
          kind: "git",
          url: "git@example.org:team/orders.git",
          branch: "main",
          folder: "pipelines/orders",
          language: "golang",
          credential: { kind: "ssh_key", secret: "DEPLOY_KEY", user: null },
          knownHosts: "example.org ssh-ed25519 AAAA\n",
          submodules: true,
          webhook: "FORGE_HOOK",
          status: { token: "STATUS_TOKEN", forge: "gitea", api: null },
        },
        saidPollMs: 300_000,
        firstVersion: 2,
        firstBuild: 5,
        pinned: 3,
        former: 2,
        seen: "4f2a",
        lastBuild: {
          run: "run_1",
          number: 7,
          status: "failed",
          version: null,
          commit: "4f2a",
          message: "go build failed",
          definition: 2,
          unfetched: 3,
          at: 5,
        },
        missingSince: 6,
      });
      await at.store.commit({
        runs: [],
        programs: [full, plain].map((row) => ({ kind: "source", row })),
      });
      expect(await at.store.programs.sources()).toEqual([plain, full]);
      const changed = { ...plain, pinned: 4 };
      await at.store.commit({
        runs: [],
        programs: [
          { kind: "source", row: changed },
          { kind: "source_removed", namespace: "other", pipeline: full.pipeline },
          { kind: "source_removed", namespace: SPACE, pipeline: "nobody" },
        ],
      });
      expect(await (await at.fixture.reopen()).programs.sources()).toEqual([changed]);
    });

    it("keep the ends of builds until they are settled, with their versions in one commit", async () => {
      const [first, second] = [exampleBuild("run_b", 10), exampleBuild("run_a", 11)];
      await at.store.commit({ runs: [], programs: [{ kind: "build_ended", build: second }] });
      await at.store.commit({ runs: [], programs: [{ kind: "build_ended", build: first }] });
      expect(await (await at.fixture.reopen()).programs.endedBuilds()).toEqual([first, second]);
      const version = examplePipeline("orders", 1, {
        kind: "program",
        commit: { id: "4f2a", subject: "Count orders by day" },
      });
      await at.store.commit({
        runs: [],
        pipelines: [version],
        programs: [{ kind: "build_settled", run: first.run }],
      });
      expect(await at.store.programs.endedBuilds()).toEqual([second]);
      expect(await at.store.pipelines.newest(SPACE, "orders")).toEqual(version);
    });

    it("are listed as pipelines; what builds them is found by its name only", async () => {
      const program = examplePipeline("orders", 1, { kind: "program" });
      const build = examplePipeline("orders:build", 1, { kind: "build" });
      await at.store.commit({ runs: [], pipelines: [program, build] });
      expect((await at.store.pipelines.list(SPACE, null, null, 10)).items).toEqual([program]);
      expect(await at.store.pipelines.newest(SPACE, "orders:build")).toEqual(build);
    });
  });
}

function exampleSource(pipeline: string, given: Partial<ProgramSourceRow> = {}): ProgramSourceRow {
  return {
    namespace: SPACE,
    pipeline,
    source: {
      kind: "folder",
      url: "/home/me/orders",
      branch: null,
      folder: ".",
      language: null,
      credential: null,
      knownHosts: null,
      submodules: false,
      webhook: null,
      status: null,
    },
    saidPollMs: null,
    firstVersion: 1,
    firstBuild: 1,
    pinned: null,
    former: null,
    seen: null,
    lastBuild: null,
    missingSince: null,
    ...given,
  };
}

function exampleBuild(run: string, at: number): EndedBuild {
  return {
    run,
    namespace: SPACE,
    pipeline: "orders",
    number: 1,
    definition: 1,
    isNewest: true,
    createdAt: 9,
    status: "completed",
    at,
    message: "",
    outputs: { build: "ab", commit: null },
  };
}
