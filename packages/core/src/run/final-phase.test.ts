import { describe, expect, it } from "vitest";
import { approval, group, growth, task } from "./testing/build.ts";
import { started } from "./testing/test-run.ts";

const final = { final: true };

describe("finally", () => {
  it("begins when every other job has ended, whatever became of them", () => {
    const run = started([task("a"), task("b", { after: ["a"] }), task("z", final)]).fail("a");
    expect(run.statuses).toBe("a failed, b skipped, z queued");
    expect(run.live.header).toMatchObject({ phase: "final", status: "running", open: 1 });
    run.succeed("z");
    expect(run.live.header).toMatchObject({
      status: "failed",
      reason: { kind: "jobs_failed", jobs: [0], more: 0 },
    });
  });

  it("waits for the main jobs even where it depends on some of them, and does not care how they ended", () => {
    const run = started([task("a"), task("b"), task("z", { final: true, after: ["a"] })]).fail("a");
    expect(run.status("z")).toBe("pending");
    run.succeed("b");
    expect(run.status("z")).toBe("queued");
  });

  it("has an order of its own, and its failures skip what is behind them", () => {
    const run = started([task("x", final), task("y", { final: true, after: ["x"] }), task("w", final)]);
    expect(run.statuses).toBe("x queued, y pending, w queued");
    run.fail("x");
    expect(run.state("y")).toMatchObject({
      kind: "skipped",
      reason: { kind: "dependency", job: 0, status: "failed" },
    });
    run.succeed("w");
    expect(run.live.header).toMatchObject({ status: "failed", failed: [0] });
  });

  it("begins in the order of the definition", () => {
    const run = started([task("a"), task("x", final), task("y", final)]).succeed("a");
    expect(run.commands.map((command) => command.job)).toEqual([1, 2]);
  });

  it("runs when the run was stopped, and not when it was stopped by force", () => {
    const polite = started([task("a"), task("z", final)]).running("a");
    polite.stop();
    polite.end("a", "cancelled");
    expect(polite.status("z")).toBe("queued");
    polite.succeed("z");
    expect(polite.live.header.status).toBe("cancelled");
    const forced = started([task("a"), task("z", final)]).running("a");
    forced.stop(true);
    forced.end("a", "cancelled");
    expect(forced.state("z")).toMatchObject({
      kind: "cancelled",
      reason: { kind: "stopped", cause: { kind: "run_stopped" } },
    });
    expect(forced.live.header.status).toBe("cancelled");
  });

  it("goes on through a stop, and ends with one by force", () => {
    const run = started([
      task("y", final),
      task("z", final),
      task("p", { final: true, after: ["y"] }),
    ]).running("y");
    expect(run.stop()).toBeNull();
    expect(run.statuses).toBe("y running, z queued, p pending");
    expect(run.stop(true)).toBeNull();
    expect(run.statuses).toBe("y stopping, z cancelled, p cancelled");
    run.end("y", "cancelled");
    expect(run.live.header.status).toBe("cancelled");
  });

  it("can ask what became of the run", () => {
    const specs = (name: string) => [
      task("a"),
      task("f", { final: true, when: "failure()" }),
      task("s", { final: true, when: "success()" }),
      task("c", { final: true, when: `cancelled() && "${name}" != ""` }),
      task("t", { final: true, when: 'tasks.a.status == "failed"' }),
    ];
    expect(started(specs("1")).fail("a").statuses).toBe("a failed, f queued, s skipped, c skipped, t queued");
    expect(started(specs("2")).succeed("a").statuses).toBe(
      "a completed, f skipped, s queued, c skipped, t skipped",
    );
    const stopped = started(specs("3"));
    stopped.stop();
    expect(stopped.statuses).toBe("a cancelled, f skipped, s skipped, c queued, t skipped");
    const passed = started([
      task("a", { onError: "continue" }),
      task("f", { final: true, when: "failure()" }),
    ]).fail("a");
    expect(passed.status("f")).toBe("skipped");
  });

  it("can hold groups, questions and growth", () => {
    const run = started([
      task("a"),
      group("g", { items: ["1", "2"], final: true }),
      approval("ok", "sure?", final),
      task("p", final),
    ]);
    run.succeed("a");
    expect(run.statuses).toBe("a completed, g running, ok waiting, p queued, g[1] queued, g[2] queued");
    run
      .succeed("p", {}, growth([task("n", { after: ["a"] })]))
      .succeed("p/n")
      .succeed("g[1]")
      .succeed("g[2]");
    run.decide("ok", true);
    expect(run.live.header.status).toBe("completed");
  });

  it("waits for failed main jobs too when it is grown later", () => {
    const run = started([task("a"), task("p", final)]).fail("a");
    run.succeed("p", {}, growth([task("n", { after: ["a"] })]));
    expect(run.status("p/n")).toBe("queued");
  });
});

describe("the outputs of a run", () => {
  it("are rendered when it completes; a single placeholder keeps its kind", () => {
    const outputs = {
      url: "http://${tasks.a.outputs.host}/",
      list: "${tasks.a.outputs.list}",
      plain: "x",
      none: "",
    };
    const run = started([task("a")], { outputs }).succeed("a", { host: "h", list: [1, 2] });
    expect(run.live.header.outputs).toEqual({ url: "http://h/", list: [1, 2], plain: "x", none: "" });
    expect(run.events.at(-1)).toMatchObject({ kind: "run.ended", outputs: { list: [1, 2] } });
  });

  it("are null where they read a task that has none", () => {
    const outputs = { one: "${tasks.b.outputs.x}", text: "see ${tasks.b.outputs.x}" };
    const run = started([task("a"), task("b", { when: "false" })], { outputs }).succeed("a");
    expect(run.live.header.outputs).toEqual({ one: null, text: null });
  });

  it("are those of a completed run only", () => {
    const run = started([task("a")], { outputs: { x: "1" } }).fail("a");
    expect(run.live.header.outputs).toEqual({});
  });
});
