import { describe, expect, it } from "vitest";
import { approval, group, growth, task, taskWork } from "./testing/build.ts";
import { started } from "./testing/test-run.ts";

const after = (...keys: string[]) => ({ after: keys });

describe("a job after a failure", () => {
  it("is skipped, and so is everything behind it; the run has failed", () => {
    const run = started([task("a"), task("b", after("a")), task("c", after("b")), task("d")]);
    run.fail("a");
    expect(run.statuses).toBe("a failed, b skipped, c skipped, d queued");
    expect(run.state("b")).toMatchObject({ reason: { kind: "dependency", job: 0, status: "failed" } });
    expect(run.state("c")).toMatchObject({ reason: { kind: "dependency", job: 1, status: "skipped" } });
    run.succeed("d");
    expect(run.live.header).toMatchObject({
      status: "failed",
      reason: { kind: "jobs_failed", jobs: [0], more: 0 },
      outputs: {},
    });
  });

  it("is skipped because of the one that broke it, not the first that it waits for", () => {
    const run = started([task("a"), task("b"), task("c", after("a", "b"))])
      .succeed("a")
      .fail("b");
    expect(run.state("c")).toMatchObject({
      kind: "skipped",
      reason: { kind: "dependency", job: 1, status: "failed" },
    });
    // Most rows of a large run that fails are such ones: they hold what is needed, and nothing of groups.
    expect(run.state("c")).not.toHaveProperty("members");
  });

  it("runs when the failed one said `on_error: continue`, and the run completes", () => {
    const run = started([task("a", { onError: "continue" }), task("b", after("a"))]);
    run.fail("a").succeed("b");
    expect(run.statuses).toBe("a failed, b completed");
    expect(run.live.header).toMatchObject({ status: "completed", failedCount: 0 });
  });

  it("runs when its condition asks how others ended", () => {
    const run = started([
      task("a"),
      task("f", { ...after("a"), when: "failure()" }),
      task("s", { ...after("a"), when: "success()" }),
      task("y", { ...after("a"), when: "always()" }),
      task("c", { ...after("a"), when: "cancelled()" }),
      task("t", { ...after("a"), when: 'tasks.a.status == "failed"' }),
      task("n", { ...after("a"), when: "1 == 1" }),
    ]);
    run.fail("a");
    expect(run.statuses).toBe("a failed, f queued, s skipped, y queued, c skipped, t queued, n skipped");
    expect(run.state("s")).toMatchObject({ reason: { kind: "condition_false" } });
    expect(run.state("n")).toMatchObject({ reason: { kind: "dependency", job: 0, status: "failed" } });
  });

  it("names at most ten failed jobs, and counts the others", () => {
    const keys = Array.from({ length: 12 }, (_, index) => `j${index}`);
    const run = started(keys.map((key) => task(key)));
    for (const key of keys) run.fail(key);
    expect(run.live.header.reason).toEqual({
      kind: "jobs_failed",
      jobs: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      more: 2,
    });
  });
});

describe("a condition", () => {
  it("that is false skips the job, and what is behind it runs", () => {
    const run = started([task("a", { when: "false" }), task("b", after("a"))]);
    expect(run.statuses).toBe("a skipped, b queued");
    expect(run.state("a")).toMatchObject({ reason: { kind: "condition_false" } });
  });

  it("is asked when all dependencies have ended, with what they gave", () => {
    const run = started([task("a"), task("b", { ...after("a"), when: 'tasks.a.outputs.go == "yes"' })]);
    expect(run.status("b")).toBe("pending");
    run.succeed("a", { go: "yes" });
    expect(run.status("b")).toBe("queued");
  });

  it("that cannot be worked out fails the job and the run", () => {
    const run = started([task("a", { when: "tasks.nobody.status" })]);
    expect(run.state("a")).toMatchObject({
      kind: "failed",
      startedAt: null,
      reason: { kind: "condition_error", message: expect.stringContaining("nobody") },
    });
    expect(run.live.header).toMatchObject({ status: "failed", failed: [0] });
  });

  it("that yields no boolean fails the job", () => {
    const run = started([task("a", { when: '"yes"' })]);
    expect(run.state("a")).toMatchObject({
      reason: { kind: "condition_error", message: expect.stringContaining("true or false") },
    });
  });

  it("of a group that fails makes the run fail too", () => {
    const run = started([group("g", { items: ["x"], when: "1" })]);
    expect(run.live.header).toMatchObject({ status: "failed", failed: [0], failedCount: 1 });
  });
});

describe("what a job sees", () => {
  const bound = (text: string) => ({ bindings: { v: text } });
  const failureOf = (text: string, options = {}) => started([task("a", bound(text))], options).state("a");

  it("is inputs, variables, both by their bare names, and the run", () => {
    const values = {
      inputs: { i: "in", both: "input" },
      variables: { v: "var", both: "variable", none: null },
    };
    const text = "${inputs.i} ${variables.v} ${i} ${v} ${both} ${run.id} [${none}]";
    const run = started([task("a", { ...bound(text), when: 'i == "in" && both == "variable"' })], values);
    expect(run.status("a")).toBe("queued");
  });

  it("is nothing else: an unknown name fails the job and says which", () => {
    const message = expect.stringContaining("nosuch");
    expect(failureOf("${nosuch}")).toMatchObject({ kind: "failed", reason: { kind: "invalid", message } });
    expect(failureOf("${inputs.nosuch}")).toMatchObject({ kind: "failed" });
    expect(failureOf("${toString}")).toMatchObject({ kind: "failed" });
    expect(failureOf("${item}")).toMatchObject({ kind: "failed" });
    expect(failureOf("${tasks.a}")).toMatchObject({ kind: "failed" });
    expect(failureOf("${tasks.a.nosuch}")).toMatchObject({ kind: "failed" });
    expect(failureOf("${tasks.nosuch.status}")).toMatchObject({ kind: "failed" });
    expect(failureOf("${i.x.y}", { inputs: { i: "text" } })).toMatchObject({ kind: "failed" });
    expect(failureOf("${i[0]} ${i.x}", { inputs: { i: ["text"] } })).toMatchObject({ kind: "failed" });
  });

  it("is the outputs of jobs that have ended, in lists and maps too", () => {
    const text = "${tasks.a.outputs.list[1].name} ${tasks.a.status}";
    const run = started([
      task("a"),
      task("b", { ...bound(text), ...after("a") }),
      task("c", bound("${tasks.a.outputs.list}")),
    ]);
    expect(run.status("c")).toBe("failed");
    run.succeed("a", { list: [1, { name: "x" }] });
    expect(run.status("b")).toBe("queued");
  });

  it("goes through all tasks by name in a condition", () => {
    const run = started([
      task("a"),
      task("b", { ...after("a"), when: 'tasks.exists(t, tasks[t].status == "failed")' }),
    ]);
    run.fail("a");
    expect(run.status("b")).toBe("queued");
  });

  it("fails an approval's question and a child's inputs in the same way", () => {
    const run = started([approval("ok", "deploy ${nosuch}?")]);
    expect(run.state("ok")).toMatchObject({ kind: "failed", reason: { kind: "invalid" } });
  });

  it("is a sibling by its short name, for grown jobs, and for members whose key holds slashes", () => {
    const run = started([task("plan")]);
    const grown = [
      task("x"),
      task("y", { ...after("x"), ...bound("${tasks.x.outputs.v}") }),
      group("g", {
        ...after("x"),
        items: ["src/main.ts"],
        member: taskWork({ v: "${item} ${tasks.x.outputs.v}" }),
      }),
    ];
    run.succeed("plan", {}, growth(grown)).succeed("plan/x", { v: 1 });
    expect(run.statuses).toBe(
      "plan completed, plan/x completed, plan/y queued, plan/g running, plan/g[src/main.ts] queued",
    );
  });
});
