import { describe, expect, it } from "vitest";
import { type Asked, groundsOf, noText, silenceText, yesText } from "./consequence.ts";

const ASKED: Asked = { key: "approve", unblocks: ["deploy"], dueAt: null, onTimeout: "" };
type Status = "completed" | "running" | "failed" | "pending" | "waiting";

function job(key: string, status: Status, dependencies: readonly string[] = [], tolerated = false) {
  return { key, status, dependencies: [...dependencies], tolerated };
}

const JOBS = [
  job("build", "completed"),
  job("scan", "failed", ["build"], true),
  job("soak", "running", ["build"]),
  job("approve", "waiting", ["build", "scan"]),
  job("deploy", "pending", ["approve", "soak"]),
];

describe("a yes", () => {
  it("lets what waits for it start", () => {
    const jobs = [job("approve", "waiting"), job("deploy", "pending", ["approve"])];
    expect(yesText(ASKED, jobs)).toBe("A yes lets deploy start.");
  });

  it("does not promise what waits for other tasks, too", () => {
    expect(yesText(ASKED, JOBS)).toBe("A yes lets deploy start when soak is through.");
  });

  it("names a few, and counts the rest", () => {
    const unblocks = ["a", "b", "c", "d", "e", "f"];
    expect(yesText({ ...ASKED, unblocks }, [])).toBe("A yes lets a, b, c and 3 more start.");
    expect(yesText({ ...ASKED, unblocks: [] }, [])).toBe("A yes completes this task. Nothing waits for it.");
  });
});

describe("a no", () => {
  it("fails the task, what waits for it, and the run", () => {
    expect(noText(ASKED, JOBS, [])).toBe(
      "A no fails approve: deploy does not run and the run ends as failed.",
    );
  });

  it("leaves tasks with a condition of their own to it", () => {
    const asked = { ...ASKED, unblocks: ["deploy", "report"] };
    const nodes = [
      { key: "deploy", condition: null },
      { key: "report", condition: "failure()" },
    ];
    expect(noText(asked, JOBS, nodes)).toBe(
      "A no fails approve: deploy does not run, report goes by its own condition and the run ends as failed.",
    );
  });

  it("stops nothing where the definition tolerates it", () => {
    const jobs = [job("approve", "waiting", [], true)];
    expect(noText(ASKED, jobs, [])).toMatch(/goes on all the same/);
  });
});

describe("silence", () => {
  it.each([
    ["It waits for as long as it takes.", null, ""],
    ["Without an answer by then it counts as a no.", "2026-11-20T00:00:00Z", "reject"],
    ["Without an answer by then it counts as a yes.", "2026-11-20T00:00:00Z", "approve"],
  ])("is %s", (expected, dueAt, onTimeout) => {
    expect(silenceText({ dueAt, onTimeout })).toBe(expected);
  });
});

describe("what speaks for and against", () => {
  it("is all that went before, what failed at the head, what is through at the end", () => {
    expect(groundsOf("approve", JOBS).map(({ key }) => key)).toEqual(["scan", "build"]);
    expect(groundsOf("deploy", JOBS).map(({ key }) => key)).toEqual(["scan", "soak", "approve", "build"]);
  });
});
