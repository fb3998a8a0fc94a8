import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryHome, waitFor } from "../testing/command-line.ts";
import { endedWith, jobView, runningSince, runView } from "../testing/objects.ts";
import { ScriptedServer, type ScriptedRun } from "../testing/scripted-server.ts";
import { TmuxTerminal } from "../testing/tmux-terminal.ts";
import { textWidth } from "../terminal/width.ts";

let place: ReturnType<typeof temporaryHome>;
let server: ScriptedServer;
let terminal: TmuxTerminal | null = null;

beforeEach(async () => {
  place = temporaryHome();
  server = new ScriptedServer(place.socket);
  await server.listen();
  writeFileSync(join(place.home, "ci.yaml"), "name: ci\ntasks: []\n");
});

afterEach(async () => {
  await terminal?.close();
  terminal = null;
  await server.close();
  place.remove();
});

async function watched(size: {
  columns: number;
  rows: number;
}): Promise<{ terminal: TmuxTerminal; run: ScriptedRun }> {
  const now = new Date().toISOString();
  const run = server.add(runView({ started_at: now, created_at: now }), [
    jobView(0, "install"),
    jobView(1, "test-packages-server-src-engine-and-everything", {
      dependencies: ["install"],
      max_attempts: 2,
    }),
    jobView(2, "package", { dependencies: ["test-packages-server-src-engine-and-everything"] }),
  ]);
  terminal = await TmuxTerminal.open(size, place.home, ["run", join(place.home, "ci.yaml")]);
  await terminal.shows("ci · run #14");
  return { terminal, run };
}

function begin(run: ScriptedRun): void {
  run.job("install", { ...endedWith("completed", 3100, 0), reason: "cache hit (212 MB in 0.8 s)" });
  run.job("test-packages-server-src-engine-and-everything", runningSince(new Date().toISOString()));
  run.print(
    "test-packages-server-src-engine-and-everything",
    "\u001B]0;title\u0007\u001B[2J漢字かな交じり文 👩‍💻 packages/server/src/engine/attempts.ts and more and more\n",
  );
}

test.each([60, 200])(
  "at %i columns no line is wider than the screen, and the names are cut in the middle",
  async (columns) => {
    const { terminal, run } = await watched({ columns, rows: 20 });
    begin(run);
    await terminal.shows("漢字");
    await terminal.shows("waits for ");
    const lines = await terminal.lines();
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns);
    expect(lines[0]).toMatch(/^ {2}ci · run #14 +00:0\d\.\d {3}[█░]{10,14} {3}1\/3$/);
    expect(lines[1]).toMatch(
      /^ {2}✓ install +3\.1 s {3}cache hit \(212 MB in 0\.8 s\)$|^ {2}✓ install +3\.1 s {3}cache hit.*…/,
    );
    expect(lines[2]).toMatch(
      columns === 60
        ? /^ {2}[◐◓◑◒] test-packag…everything/
        : /^ {2}[◐◓◑◒] test-packages-server-src-engine-and-everything /,
    );
    expect(lines.at(-1)).toBe("  Ctrl-C stop   d leave   l logs   ? keys");
    expect(await terminal.hasCursor()).toBe(false);
  },
);

test("when the run has ended the last frame stays, the cursor is back, and the verdict stands below", async () => {
  const { terminal, run } = await watched({ columns: 100, rows: 30 });
  begin(run);
  await terminal.shows("漢字");
  run.job("test-packages-server-src-engine-and-everything", { ...endedWith("failed", 8000, 1), attempt: 2 });
  run.job("package", { status: "skipped", reason: "needs test" });
  run.run({ status: "failed", ended_at: new Date().toISOString(), duration_ms: 12_700 });
  await terminal.shows("[status 1]");
  const lines = await terminal.lines();
  const text = lines.join("\n");
  expect(text).toContain("00:12.7   ██████████████   3/3");
  expect(text).toContain("exit 1, attempt 2 of 2");
  expect(text).toContain("– package");
  expect(text).toContain(
    "✗ ci failed in 12.7 s: test-packages-server-src-engine-and-everything exited with 1",
  );
  expect(text).not.toContain("Ctrl-C stop");
  expect(lines.filter((line) => line.includes("run #14"))).toHaveLength(1);
  expect(await terminal.hasCursor()).toBe(true);
  await terminal.shows(" icanon  echo");
});

test("a resize, smaller and larger, leaves one clean view", async () => {
  const { terminal, run } = await watched({ columns: 120, rows: 20 });
  begin(run);
  await terminal.shows("漢字");
  for (const columns of [60, 90, 40, 160]) {
    await terminal.resize({ columns, rows: 20 });
    await waitFor(`a view of ${columns} columns`, async () => {
      const lines = await terminal.lines();
      const heads = lines.filter((line) => line.includes("run #14"));
      return heads.length === 1 && lines.length === 6 && lines.every((line) => textWidth(line) <= columns);
    }).catch(async (reason: unknown) => {
      throw new Error(`${String(reason)}\n${(await terminal.lines()).join("\n")}`);
    });
  }
});

test("more tasks than rows: what failed and what runs is shown, the rest is counted", async () => {
  const now = new Date().toISOString();
  const jobs = Array.from({ length: 40 }, (_, number) => jobView(number, `task-${number}`));
  const run = server.add(runView({ started_at: now }), jobs);
  terminal = await TmuxTerminal.open({ columns: 80, rows: 12 }, place.home, [
    "run",
    join(place.home, "ci.yaml"),
  ]);
  await terminal.shows("run #14");
  run.job("task-30", runningSince(now));
  run.job("task-35", endedWith("failed", 100, 7));
  await terminal.shows("exit 7");
  await terminal.shows("task-30");
  const lines = await terminal.lines();
  expect(lines.length).toBeLessThanOrEqual(11);
  expect(lines.some((line) => /… 33 pending/.test(line))).toBe(true);
});

test("keys: ? lists them, l shows what tasks print, d leaves the run alone", async () => {
  const { terminal, run } = await watched({ columns: 100, rows: 24 });
  begin(run);
  await terminal.shows("漢字");
  await terminal.press("?");
  await terminal.shows("leave; the run goes on");
  await terminal.press("?");
  await terminal.showsNot("leave; the run goes on");
  await terminal.press("l");
  await terminal.shows("│ 漢字");
  await terminal.press("Up");
  await terminal.press("l");
  await terminal.showsNot("│ 漢字");
  await terminal.press("d");
  await terminal.shows("[status 0]");
  expect((await terminal.lines()).join("\n")).toContain("The run goes on.");
  expect(server.received.some((one) => one.path.endsWith("/stop"))).toBe(false);
  expect(await terminal.hasCursor()).toBe(true);
  await terminal.shows(" icanon  echo");
});

test("Ctrl-C shows the stopping and exits 130 when the run is cancelled", async () => {
  const { terminal, run } = await watched({ columns: 100, rows: 24 });
  begin(run);
  run.onStop = () => {
    run.run({ status: "stopping" });
    run.job("test-packages-server-src-engine-and-everything", { status: "stopping" });
  };
  await terminal.press("C-c");
  await terminal.shows("Stopping. Ctrl-C once more leaves at once");
  await terminal.shows("run #14 · stopping");
  run.job("test-packages-server-src-engine-and-everything", {
    status: "cancelled",
    reason: "the run was stopped",
  });
  run.run({
    status: "cancelled",
    ended_at: new Date().toISOString(),
    duration_ms: 900,
    reason: "stopped by ada",
  });
  await terminal.shows("[status 130]");
  expect((await terminal.lines()).join("\n")).toContain("ci cancelled in 0.9 s: stopped by ada");
  expect(await terminal.hasCursor()).toBe(true);
});

test("a second Ctrl-C leaves at once and gives the terminal back", async () => {
  const { terminal } = await watched({ columns: 100, rows: 24 });
  await terminal.press("C-c");
  await terminal.shows("Stopping.");
  await terminal.press("C-c");
  await terminal.shows("[status 130]");
  expect((await terminal.lines()).join("\n")).toContain("The server goes on stopping the run.");
  expect(await terminal.hasCursor()).toBe(true);
  await terminal.shows(" icanon  echo");
});
