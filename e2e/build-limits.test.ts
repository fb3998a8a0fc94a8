import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PipelineDetail } from "@gaia/contracts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Gaia } from "./gaia.ts";
import { processesWhere } from "./processes.ts";
import { declared, titled, WITH_NODE } from "./titled-programs.ts";

/** Builds that would never end are ended by a limit, and the pipeline says by which. */

vi.setConfig({ testTimeout: 300_000 });

/** Its build fails. What is told of it, by the API and by `gaia pipeline show`. */
async function failedBuild(gaia: Gaia, name: string, definition: string): Promise<string> {
  gaia.write(`${name}/gaia.yaml`, definition);
  expect((await gaia.gaia("pipeline", "create", name)).status).toBe(1);
  const { version, program } = (await gaia.ask(`/api/v1/pipelines/${name}`)).json as PipelineDetail;
  expect([version, program?.last_build?.status]).toEqual([0, "failed"]);
  const message = program?.last_build?.message ?? "";
  const { stdout } = await gaia.gaia("pipeline", "show", name);
  expect(stdout).toContain(`${name}, not built yet`);
  expect(stdout).toMatch(/last build #1 failed: /);
  expect(stdout).toContain(message);
  return message;
}

/** Nothing but locks is left of it. */
function leftIn(gaia: Gaia): readonly string[] {
  const builds = join(gaia.home, "pipelines", "builds");
  const work = readdirSync(join(builds, ".work")).filter((item) => item !== "locks");
  return [...readdirSync(builds).filter((item) => item !== ".work"), ...work];
}

describe("a build without an end", () => {
  let gaia: Gaia;
  beforeAll(async () => {
    gaia = await Gaia.start({ environment: WITH_NODE });
  });
  afterAll(() => gaia.close());

  test("is ended by its time limit when it loops, with all that it started", async () => {
    const loop = `sh -c 'while :; do sleep 4301; done' & while :; do :; done`;
    const message = await failedBuild(gaia, "loops", `${declared([loop], "A")}timeout: 1s\n`);
    expect(message).toContain("took longer than 1s. Give it longer");
    expect(processesWhere((words) => words.join(" ").includes("sleep 4301"))).toEqual([]);
    expect(leftIn(gaia)).toEqual([]);
  });

  test("is ended by its limit of output when it prints on and on", async () => {
    const message = await failedBuild(gaia, "prints", declared(["yes"], "A"));
    expect(message).toContain("printed more than 67,108,864 bytes (buildOutputBytes)");
    expect(leftIn(gaia)).toEqual([]);
  });
});

/** A small disk of its own can be made by root only. */
describe.skipIf(process.getuid?.() !== 0)("a build that writes on and on", () => {
  let home: string;
  let gaia: Gaia;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "gaia-e2e-builds-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=150m,mode=0700", "gaia-e2e", home]);
    gaia = await Gaia.start({ home, environment: WITH_NODE });
  });
  afterAll(async () => {
    await gaia.close();
    await gaia.until("nobody has a file there", () => spawnSync("umount", [home]).status === 0);
    rmSync(home, { recursive: true });
  });

  test("is ended before the disk is full, which others need, and gives back what it took", async () => {
    const before = statfsSync(home).bavail;
    const writes = "while :; do head -c 2000000 /dev/zero >> big; sleep 0.1; done";
    const message = await failedBuild(gaia, "writes", declared([writes], "A"));
    expect(message).toContain(`The disk of ${join(home, "pipelines", "builds")} is full: `);
    expect(message).toContain(
      "of 150 MiB are free, 64 MiB have to stay so. Free some space and build again.",
    );
    expect(message).not.toContain(" full: 0 MiB of");
    expect(leftIn(gaia)).toEqual([]);
    const { bavail, bsize } = statfsSync(home);
    expect((before - bavail) * bsize).toBeLessThan(32_000_000);
    gaia.write("writes/gaia.yaml", titled("A"));
    const again = await gaia.gaia("pipeline", "build", "writes");
    expect(again.status, again.stderr).toBe(0);
  });
});
