import * as fc from "fast-check";
import { expect, test } from "vitest";
import { counted, endedWith, jobView, runningSince, runView } from "../testing/objects.ts";
import { styleOf } from "../terminal/style.ts";
import { textWidth } from "../terminal/width.ts";
import { render, type View } from "./render.ts";
import { addLogLines, applyNews, emptyState, type LiveState } from "./state.ts";
import type { JobView, RunView } from "@gaia/contracts/api.ts";

const BEGUN = "2026-11-21T09:35:00.000Z";
const VIEW: View = {
  columns: 80,
  rows: 24,
  now: Date.parse(BEGUN) + 3100,
  style: styleOf(false),
  spin: null,
  showLogs: false,
  showKeys: false,
  foot: null,
};

function stateOf(jobs: readonly JobView[], changes: Partial<RunView> = {}): LiveState {
  const state = emptyState();
  const run = counted(runView({ pipeline: "repository-report", number: 1, ...changes }), jobs);
  applyNews(state, { kind: "snapshot", run: { ...run, jobs: [...jobs], jobs_total: jobs.length } });
  return state;
}

const REPORT = [
  jobView(0, "inventory", endedWith("completed", 400, 0)),
  jobView(1, "history", { ...endedWith("completed", 900, 0), reason: "3,417 commits, 38 authors" }),
  jobView(2, "complexity", { kind: "group", ...runningSince("2026-11-21T09:35:01.300Z") }),
  ...Array.from({ length: 8 }, (_, index) =>
    jobView(3 + index, `complexity[part=${index}]`, {
      group: "complexity",
      ...(index < 6 ? endedWith("completed", 200, 0) : index === 6 ? runningSince(BEGUN) : {}),
    }),
  ),
  jobView(11, "secrets", { ...runningSince("2026-11-21T09:35:02.000Z"), attempt: 2, max_attempts: 3 }),
  jobView(12, "train", { status: "queued", reason: "no worker with tag `gpu` is connected" }),
  jobView(13, "ask", { kind: "approval", status: "waiting", reason: "waits for a person" }),
  jobView(14, "report", { dependencies: ["inventory", "complexity", "secrets"] }),
  jobView(15, "package", { status: "skipped", reason: "needs test" }),
  jobView(16, "test", {
    ...endedWith("failed", 8000, 1),
    attempt: 2,
    max_attempts: 2,
    reason: "exited with code 1",
  }),
  jobView(17, "hang", {
    ...endedWith("failed", 8000, 137),
    exit_code: null,
    reason: "timed out after 8 s",
    survivors: [77],
  }),
];

test("each state has its mark, its duration and its words", () => {
  const state = stateOf(REPORT);
  addLogLines(state, "inventory", ["1,204 files, 9 languages", ""]);
  addLogLines(state, "complexity[part=6]", ["packages/server"]);
  addLogLines(state, "secrets", ["scanning 3,417 commits"]);
  expect(render(state, VIEW).join("\n")).toBe(`\
  repository-report · run #1                    00:03.1   ████████░░░░░░   11/18
  ✓ inventory               0.4 s   1,204 files, 9 languages
  ✓ history                 0.9 s   3,417 commits, 38 authors
  ◐ complexity (6 of 8)     1.8 s   part=6 · packages/server
  ◐ secrets                 1.1 s   attempt 2 of 3 · scanning 3,417 commits
  ○ train                           no worker with tag \`gpu\` is connected
  ◇ ask                             waits for a person: gaia approve @ ask
  ○ report                          waits for complexity, secrets
  – package                         skipped: needs test
  ✗ test                    8.0 s   exit 1, attempt 2 of 2
  ✗ hang                    8.0 s   timed out after 8 s; still running: pid 77`);
});

test("with few rows, what failed, runs or waits is kept and the rest counted", () => {
  expect(render(stateOf(REPORT), { ...VIEW, rows: 7 }).map((line) => line.slice(2, 22).trimEnd())).toEqual([
    "repository-report ·",
    "◐ complexity (6 of 8",
    "◐ secrets",
    "◇ ask",
    "✗ test",
    "✗ hang",
    "… 2 completed · 1 qu",
  ]);
});

test("a view of any size never has a line that is too wide, nor too many lines", () => {
  const statuses = [
    "pending",
    "queued",
    "running",
    "waiting",
    "stopping",
    "completed",
    "failed",
    "skipped",
    "cancelled",
  ] as const;
  const job = fc.record({
    key: fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
    status: fc.constantFrom(...statuses),
    reason: fc.string({ unit: "grapheme", maxLength: 120 }),
  });
  const views = fc.record({
    columns: fc.integer({ min: 20, max: 220 }),
    rows: fc.integer({ min: 4, max: 60 }),
    showLogs: fc.boolean(),
    showKeys: fc.boolean(),
    colour: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(job, { maxLength: 40 }), views, (jobs, { colour, ...view }) => {
      const printable = (text: string) => text.replace(/[\p{C}\p{Z}]/gu, " ");
      const state = stateOf(
        jobs.map((one, number) =>
          jobView(number, printable(one.key), {
            status: one.status,
            reason: printable(one.reason),
            started_at: BEGUN,
          }),
        ),
      );
      addLogLines(state, "a", ["漢字 ".repeat(50), "x"]);
      state.connection = "The server is gone: starting it again. The run goes on.";
      const lines = render(state, { ...VIEW, ...view, style: styleOf(colour), foot: "Ctrl-C stop" });
      expect(lines.length).toBeLessThanOrEqual(view.rows);
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(view.columns);
    }),
    { numRuns: 200 },
  );
});

test("of a run with 100,000 tasks only what is known is drawn, quickly counted", () => {
  const state = stateOf(REPORT.slice(0, 2));
  state.jobsTotal = 100_000;
  expect(render(state, VIEW).at(-1)).toBe("  … 99,998 more");
});

test("the page of a list never overwrites what the stream said since", async () => {
  const { addUnknownJobs } = await import("./state.ts");
  const state = stateOf([jobView(0, "a", endedWith("completed", 1, 0))]);
  expect(addUnknownJobs(state, [jobView(0, "a"), jobView(1, "b")]).map(({ job }) => job.key)).toEqual(["b"]);
  expect(state.jobs.get(0)?.status).toBe("completed");
});

test("more attempts than the policy allows, as one was lost, are not told as 3 of 2", () => {
  const failed = { ...endedWith("failed", 800, 1), attempt: 3, max_attempts: 2 };
  const lines = render(stateOf([jobView(0, "test", failed)]), VIEW).join("\n");
  expect(lines).toContain("exit 1, attempt 3");
  expect(lines).not.toContain("3 of 2");
});

test("tasks that were added stand behind the one that added them, under their whole ids, and `finally` last", () => {
  const lines = render(
    stateOf([
      jobView(0, "plan", endedWith("completed", 400, 0)),
      jobView(1, "report", {}),
      jobView(2, "tidy", { final: true }),
      { ...jobView(3, "plan/one", {}), name: "one" },
      { ...jobView(4, "plan/two", {}), name: "The second" },
      { ...jobView(5, "plan/one/more", {}), name: "more" },
      { ...jobView(6, "flat", {}), name: "flat" },
    ]),
    VIEW,
  );
  const names = lines.flatMap((line) => /^ {2}\S (.*?)(?: {2}|$)/.exec(line)?.[1]?.trim() ?? []);
  expect(names).toEqual(["plan", "plan/one", "plan/one/more", "The second", "report", "flat", "tidy"]);
});
