import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logIndexFile, runFolder } from "@gaia/contracts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Gaia, workflow } from "./gaia.ts";
import { OtherHost } from "./other-host.ts";

/** Twelve megabytes that are not the same anywhere, a part of them before the gate and a part behind it. */
const LINES = 200_000;
const WHOLE = Array.from({ length: 2 * LINES }, (_, at) => `line ${at + 1} of what it says\n`).join("");

let gaia: Gaia;
let host: OtherHost;

async function started(options: Parameters<typeof Gaia.start>[0] = {}): Promise<void> {
  gaia = await Gaia.start(options);
  host = new OtherHost(gaia, "there");
  await host.start();
}

async function ended(): Promise<void> {
  await host.close();
  await gaia.close();
}

function digest(bytes: string | Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A task on the other host that says half of it, waits until `gate` exists, and says the rest. */
function halves(gate: string, more = ""): string {
  const say = (from: number, to: number): string =>
    `seq -f "line %.0f of what it says" ${from} ${to}`.replaceAll('"', "'");
  const wait = `until [ -e ${gate} ]; do sleep 0.02; done`;
  return workflow(
    "halves",
    `{id: say, tags: [there], on_lost: wait, command: "${say(1, LINES)}; ${wait}; ${say(LINES + 1, 2 * LINES)}${more}"}`,
  );
}

describe("a worker with a home of its own", () => {
  beforeAll(() => started());
  afterAll(() => ended());

  test("sends logs, outputs, summaries and artifacts, and keeps none of them", async () => {
    const command = [
      "echo to be read; echo '# Seen' > $GAIA_SUMMARY; echo answer=42 >> $GAIA_OUTPUT",
      "mkdir $GAIA_ARTIFACTS/deep; head -c 3000000 /dev/urandom | tee $GAIA_ARTIFACTS/deep/noise | sha256sum > sum",
    ].join("; ");
    const run = await gaia.run(
      workflow(
        "kept",
        `{id: make, tags: [there], command: "${command}"}`,
        "{id: use, dependencies: [make], command: 'echo got ${tasks.make.outputs.answer}'}",
      ),
    );
    expect(run.status).toBe("completed");
    expect((await gaia.log(run.id, "make")).toString()).toBe("to be read\n");
    expect((await gaia.log(run.id, "use")).toString()).toBe("got 42\n");
    const job = await gaia.job(run.id, "make");
    expect(job.summary).toBe("# Seen\n");
    expect(job.artifacts).toMatchObject([{ path: "deep/noise", size_bytes: 3_000_000 }]);
    expect(job.attempts).toMatchObject([{ worker: "there", outcome: "succeeded" }]);
    const kept = await gaia.ask(`/api/v1/runs/${run.id}/jobs/make/artifacts/deep/noise`);
    expect(digest(kept.bytes)).toBe(gaia.read("sum").split(" ")[0]);
    await gaia.until("the host keeps nothing", () => host.keptFiles().length === 0);
  });

  test("masks what is secret before it sends it", async () => {
    await ended();
    await started({ environment: { A_TOKEN: "hunter22", GAIA_SECRETS_ALLOW: "A_TOKEN" } });
    const run = await gaia.run(
      workflow(
        "secret",
        "{id: say, tags: [there], secrets: {TOKEN: A_TOKEN}, command: 'echo it is $TOKEN; echo $TOKEN > $GAIA_SUMMARY'}",
      ),
    );
    expect((await gaia.log(run.id, "say")).toString()).toBe("it is ***\n");
    expect((await gaia.job(run.id, "say")).summary).toBe("***\n");
  });

  test("stays when the server is sent away, and takes work of the next", async () => {
    expect((await gaia.gaia("down")).status).toBe(0);
    await gaia.until("the server and its own worker are gone", () => gaia.processes().length === 0);
    expect(host.isAlive).toBe(true);
    await gaia.startServer();
    const run = await gaia.run(workflow("again", "{id: say, tags: [there], command: echo back}"));
    expect((await gaia.log(run.id, "say")).toString()).toBe("back\n");
  });

  test("loses no byte when it is killed, when the server is, when both are", async () => {
    const id = await gaia.startRun(halves(join(gaia.folder, "go")));
    await gaia.until("a part of it is here", async () => (await gaia.log(id, "say")).length > 1_000_000);
    await host.kill();
    await host.start();
    await gaia.killServer();
    await gaia.startServer();
    await host.kill();
    await gaia.killServer();
    gaia.write("go", "");
    await gaia.startServer();
    await host.start();
    const run = await gaia.ended(id);
    expect(run.status).toBe("completed");
    expect((await gaia.job(id, "say")).attempts).toHaveLength(1);
    const log = await gaia.log(id, "say");
    expect([log.length, digest(log)]).toEqual([WHOLE.length, digest(WHOLE)]);
    expect((await gaia.ask(`/api/v1/runs/${id}/jobs/say/log?tail=20`)).text).toBe(WHOLE.slice(-20));
    const folder = join(gaia.home, runFolder(id, Date.parse(run.created_at)));
    const index = readFileSync(join(folder, logIndexFile(0, 1)), "utf8");
    expect(index).toMatch(/^\[0,\d+,0\]\n/);
    for (const [offset, , line] of index
      .trim()
      .split("\n")
      .map((entry): number[] => JSON.parse(entry))
      .slice(1)) {
      expect(WHOLE.slice(0, offset).split("\n")).toHaveLength((line ?? 0) + 1);
    }
    await gaia.until("the host keeps nothing", () => host.keptFiles().length === 0);
  });

  test("is killed again and again while it sends, and every byte comes once", async () => {
    const id = await gaia.startRun(
      halves(join(gaia.folder, "go-on"), "; head -c 9000000 /dev/zero > $GAIA_ARTIFACTS/z"),
    );
    const stream = gaia.command("logs", id, "say", "--follow");
    for (let kills = 0; kills < 4; kills += 1) {
      const before = (await gaia.log(id, "say")).length;
      await host.kill();
      await host.start();
      if (kills === 1) gaia.write("go-on", "");
      await gaia.until(
        "more of it is here, or all",
        async () =>
          (await gaia.log(id, "say")).length > before ||
          before === WHOLE.length ||
          (kills === 0 && before === WHOLE.length / 2) ||
          (await gaia.job(id, "say")).status === "completed",
      );
    }
    await gaia.ended(id);
    expect(await gaia.job(id, "say")).toMatchObject({ status: "completed", reason: "" });
    expect(digest(await gaia.log(id, "say"))).toBe(digest(WHOLE));
    expect((await gaia.job(id, "say")).artifacts).toMatchObject([{ path: "z", size_bytes: 9_000_000 }]);
    const shown = await stream.ended;
    expect([shown.status, digest(shown.stdout)]).toEqual([0, digest(WHOLE)]);
  });
});

describe.skipIf(process.getuid?.() !== 0)("a full disk of the server", () => {
  const mounted = mkdtempSync(join(tmpdir(), "gaia-e2e-full-"));
  beforeAll(async () => {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m,mode=0700", "gaia-e2e", mounted]);
    await started({ home: mounted });
  });
  afterEach(() => rmSync(join(mounted, "ballast"), { force: true }));
  afterAll(async () => {
    await ended();
    await gaia.until("nobody has a file there", () => spawnSync("umount", [mounted]).status === 0);
    rmSync(mounted, { recursive: true });
  });

  test("is told of at the worker, and nothing that it has sent is lost", async () => {
    const id = await gaia.startRun(halves(join(gaia.folder, "go")));
    await gaia.until("a part of it is here", async () => (await gaia.log(id, "say")).length > 1_000_000);
    execFileSync("sh", ["-c", 'cat /dev/zero > "$0" 2>/dev/null || true', join(mounted, "ballast")]);
    gaia.write("go", "");
    const there = async (): Promise<{ status: string; reason: string }> => {
      const { items } = (await gaia.ask("/api/v1/workers")).json;
      return items.find(({ name }: { name: string }) => name === "there");
    };
    await gaia.until("the server says so", async () => {
      const { status, reason } = await there();
      return status === "unhealthy" && reason.includes("cannot be stored here: The disk is full");
    });
    expect((await gaia.job(id, "say")).status).toBe("running");
    rmSync(join(mounted, "ballast"));
    expect((await gaia.ended(id)).status).toBe("completed");
    expect(digest(await gaia.log(id, "say"))).toBe(digest(WHOLE));
    await gaia.until("the worker is well again", async () => {
      const { status, reason } = await there();
      return status === "connected" && reason === "";
    });
  });
});
