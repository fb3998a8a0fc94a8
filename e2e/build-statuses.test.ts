import type { PipelineDetail } from "@gaia/contracts";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { GiteaServer } from "../packages/server/src/commit-statuses/testing/gitea-server.ts";
import { Gaia } from "./gaia.ts";
import { declared, titled, WITH_NODE } from "./titled-programs.ts";

/** What builds of programs come to, told to the forge of their repository: real builds, and a real repository. */

// Each build starts three Nodes, one behind the other; a machine with other work takes its time.
vi.setConfig({ testTimeout: 300_000 });

const BEGUN = expect.stringMatching(/^Build #\d+ is in progress$/);
let gaia: Gaia;
let forge: GiteaServer;

beforeAll(async () => {
  gaia = await Gaia.start({ environment: WITH_NODE });
  forge = await GiteaServer.start(join(gaia.folder, "forge"));
  await gaia.post("/api/v1/secrets", { name: "STATUS_TOKEN", value: forge.token });
});
afterAll(async () => {
  await gaia.close();
  await forge.close();
});

function told(commit: string): readonly (readonly string[])[] {
  return forge.statusesOf(commit).map(({ state, description }) => [state, description]);
}

/** Waits until the forge has heard as much of a commit, and answers with it. */
async function heard(commit: string, count: number): Promise<readonly (readonly string[])[]> {
  await gaia.until(`${count} statuses of ${commit} are told`, () => told(commit).length >= count);
  return told(commit);
}

async function lastBuild(): Promise<NonNullable<PipelineDetail["program"]>["last_build"]> {
  return (await gaia.ask("/api/v1/pipelines/app")).json.program.last_build;
}

test("a build is told of its commit: when it starts, if that is known, and what it has come to", async () => {
  const first = forge.repository.commit("First", { "gaia.yaml": titled("Count") });
  const flags = ["--status", "STATUS_TOKEN", "--forge", "gitea", "--poll", "10s"];
  const made = await gaia.gaia("pipeline", "create", forge.url, ...flags);
  expect(made.status, made.stderr).toBe(0);
  // Which commit the first build is of is known only when it is fetched.
  expect((await heard(first, 1))[0]).toEqual(["success", "Version 1 was built"]);
  expect(forge.statusesOf(first)[0]?.context).toBe("gaia/app:build");

  const second = forge.repository.commit("Second", { "gaia.yaml": titled("Count", "Report") });
  expect(await heard(second, 2)).toEqual([
    ["pending", BEGUN],
    ["success", "Version 2 was built"],
  ]);
  const broken = forge.repository.commit("Third", {
    "gaia.yaml": declared(["echo no such thing >&2; exit 3"], "A"),
  });
  const [begun, failed] = await heard(broken, 2);
  expect(begun).toEqual(["pending", BEGUN]);
  expect(failed).toEqual(["failure", expect.stringContaining("no such thing")]);
  await gaia.until("the build's end is kept", async () => (await lastBuild())?.status === "failed");
  const { run_id: run } = (await lastBuild()) ?? { run_id: "" };
  expect((await gaia.gaia("show", run)).stdout).toContain(
    "Gitea was told failure of team/app, as gaia/app:build",
  );

  const again = await gaia.gaia("pipeline", "build", "app", "--commit", second);
  expect(again.status, again.stderr).toBe(0);
  expect((await heard(second, 4)).slice(2)).toEqual([
    ["pending", BEGUN],
    ["success", "Unchanged: version 2"],
  ]);

  const shown = await gaia.gaia("pipeline", "show", "app");
  expect(shown.stdout).toContain("gitea of builds, with the token STATUS_TOKEN");
  expect((await gaia.gaia("secret", "list", "--json")).stdout).toContain("app:build");
  for (const [flag, value, ...others] of [
    ["--forge", "gitea"],
    ["--forge", "gitea", "--status", "none"],
    ["--forge-api", "https://git.example.org/api/v1", "--status", "none"],
  ] as const) {
    const misused = await gaia.gaia("pipeline", "source", "app", flag, value, ...others);
    expect([misused.status, misused.stderr]).toEqual([
      2,
      expect.stringContaining(`${flag} goes with --status SECRET`),
    ]);
  }
  expect((await gaia.gaia("pipeline", "source", "app", "--status", "none")).status).toBe(0);
  expect((await gaia.ask("/api/v1/pipelines/app")).json.program.source.status).toBeNull();
});
