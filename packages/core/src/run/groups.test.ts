import { describe, expect, it } from "vitest";
import { restoreRun } from "./apply.ts";
import { Draft } from "./draft.ts";
import { endJob } from "./end.ts";
import { groupOf } from "./members.ts";
import { approval, child, group, groupWork, task, taskWork } from "./testing/build.ts";
import { resultOf, started } from "./testing/test-run.ts";
import { transition } from "./transition.ts";
import { taskValues } from "./values.ts";

describe("a group", () => {
  it("becomes its members, and ends with them", () => {
    const run = started([group("g", { items: ["x", "y"] }), task("b", { after: ["g"] })]);
    expect(run.statuses).toBe("g running, b pending, g[x] queued, g[y] queued");
    expect(run.state("g")).toMatchObject({ members: { first: 2, total: 2 }, open: 2, next: 2 });
    expect(run.live.graph.jobs[2]).toMatchObject({
      key: "g[x]",
      name: "g [x]",
      item: "x",
      memberOf: 0,
      grownBy: null,
      final: false,
    });
    expect(run.events.map((event) => event.kind)).toEqual([
      "run.started",
      "job.expanded",
      "graph.grown",
      "job.queued",
      "job.queued",
    ]);
    expect(run.events[2]).toMatchObject({ job: 0, first: 2, jobs: [{ key: "g[x]" }, { key: "g[y]" }] });
    run.succeed("g[y]").succeed("g[x]");
    expect(run.state("g")).toMatchObject({
      kind: "completed",
      reason: { kind: "members", failed: 0, cancelled: 0, total: 2 },
      members: { first: 2, total: 2 },
    });
    expect(run.status("b")).toBe("queued");
  });

  it("without items completes at once", () => {
    const run = started([group("g"), task("b", { after: ["g"] })]);
    expect(run.statuses).toBe("g completed, b queued");
    expect(run.state("g")).toMatchObject({ reason: { kind: "members", total: 0 }, startedAt: 1_000 });
    expect(run.events.map((event) => event.kind)).toEqual([
      "run.started",
      "job.expanded",
      "job.ended",
      "job.queued",
    ]);
  });

  it("gives its members' outputs as lists, null where there is none, and only when all have ended", () => {
    const values = { list: "${tasks.g.outputs.v}", other: "${tasks.g.outputs.nosuch}" };
    const early = task("early", { bindings: { v: "${tasks.g.outputs.v}" } });
    const run = started([
      group("g", { items: ["x", "y", "z"], onError: "continue" }),
      task("b", { after: ["g"], bindings: values }),
      early,
    ]);
    expect(run.status("early")).toBe("failed");
    run
      .succeed("g[x]", { v: 1 })
      .fail("g[y]")
      .succeed("g[z]", { v: [3] });
    expect(taskValues(run.live, 1)).toEqual({ list: "[1,null,[3]]", other: "[null,null,null]" });
  });

  it("names the outputs that its members have", () => {
    const when = 'tasks.g.outputs.exists(name, name == "w") && !tasks.g.outputs.exists(name, name == "x")';
    const run = started([group("g", { items: ["1", "2"] }), task("b", { after: ["g"], when })]);
    run.succeed("g[1]", { v: 1 }).succeed("g[2]", { v: 1, w: 2 });
    expect(run.status("b")).toBe("queued");
  });

  it("that was skipped or never had members gives empty lists", () => {
    const bindings = { v: "${tasks.g.outputs.v}" };
    const skipped = started([
      group("g", { items: ["x"], when: "false" }),
      task("b", { after: ["g"], bindings }),
    ]);
    expect(taskValues(skipped.live, 1)).toEqual({ v: "[]" });
    const failed = started([
      group("g", { forEach: "1", onError: "continue" }),
      task("b", { after: ["g"], bindings }),
    ]);
    expect(taskValues(failed.live, 1)).toEqual({ v: "[]" });
  });

  it("holds any kind of work, groups too", () => {
    const question = approval("").work;
    const other = child("").work;
    if (question === undefined || other === undefined) throw new Error("no work");
    const inner = groupWork({ items: ["1"] });
    const run = started([
      group("q", { items: ["x"], member: question }),
      group("c", { items: ["x"], member: other }),
      group("g", { items: ["x"], member: inner }),
    ]);
    expect(run.statuses).toBe(
      "q running, c running, g running, q[x] waiting, c[x] waiting, g[x] running, g[x][1] queued",
    );
    run.succeed("g[x][1]");
    expect(run.status("g")).toBe("completed");
  });
});

describe("the items of a group", () => {
  it("can be worked out when it begins", () => {
    const run = started([task("a"), group("g", { after: ["a"], forEach: "tasks.a.outputs.list" })]);
    run.succeed("a", { list: ["x", 2, true, { deep: 1 }, null, "has space", "l".repeat(61), ""] });
    expect(run.live.graph.jobs.slice(2).map((job) => job.key)).toEqual(
      ["x", "2", "true", "3", "4", "5", "6", "7"].map((label) => `g[${label}]`),
    );
    expect(run.live.graph.jobs[5]?.item).toEqual({ deep: 1 });
  });

  it("have labels of up to sixty characters", () => {
    const label = "l".repeat(60);
    const run = started([group("g", { forEach: `["${label}"]` })]);
    expect(run.status(`g[${label}]`)).toBe("queued");
  });

  it("that cannot be worked out, or are no list, fail the group and the run", () => {
    const unknown = started([group("g", { forEach: "tasks.nobody.outputs.list" })]);
    expect(unknown.state("g")).toMatchObject({
      kind: "failed",
      reason: { kind: "invalid", message: expect.stringContaining("cannot be worked out") },
    });
    expect(unknown.live.header).toMatchObject({ status: "failed", failed: [0], failedCount: 1 });
    const text = started([group("g", { forEach: '"abc"' })]);
    expect(text.state("g")).toMatchObject({ reason: { message: "its for_each did not yield a list" } });
  });

  it("that are equal get numbered keys, and none is used twice", () => {
    const run = started([group("g", { items: ["a", "a", "a#2", "a", "a#2"] })]);
    expect(run.live.graph.jobs.slice(1).map((job) => job.key)).toEqual([
      "g[a]",
      "g[a#2]",
      "g[a#2#2]",
      "g[a#3]",
      "g[a#2#3]",
    ]);
  });

  it("skip a number that an item has by itself", () => {
    const run = started([group("g", { items: ["a#2", "a", "a"] })]);
    expect(run.live.graph.jobs.slice(1).map((job) => job.key)).toEqual(["g[a#2]", "g[a]", "g[a#3]"]);
  });

  it("are refused where a job has such a key already", () => {
    const run = started([task("g[x]"), group("g", { items: ["x"] })]);
    expect(run.state("g")).toMatchObject({
      kind: "failed",
      reason: { kind: "invalid", message: "a task with the id g[x] exists already" },
    });
  });

  it("are refused beyond the run's limit of jobs", () => {
    const items = ["1", "2", "3"];
    expect(started([group("g", { items })], { maxJobs: 4 }).status("g")).toBe("running");
    const refused = started([group("g", { items })], { maxJobs: 3 });
    expect(refused.state("g")).toMatchObject({
      reason: { message: "its 3 members would take the run past the limit of 3 jobs" },
    });
  });
});

describe("max_parallel", () => {
  it("begins as many members as it says, and another when one has ended", () => {
    const run = started([group("g", { items: ["1", "2", "3", "4"], maxParallel: 2 })]);
    expect(run.queued).toEqual(["g[1]", "g[2]"]);
    run.succeed("g[2]");
    expect(run.queued).toEqual(["g[1]", "g[3]"]);
    run.fail("g[1]");
    expect(run.queued).toEqual(["g[3]", "g[4]"]);
    run.succeed("g[3]").succeed("g[4]");
    expect(run.state("g")).toMatchObject({ kind: "failed", reason: { failed: 1, total: 4 } });
  });

  it("counts members that end at once", () => {
    const member = taskWork({ v: "${item.missing}" });
    const run = started([group("g", { items: ["1", "2", "3"], maxParallel: 1, member })]);
    expect(run.state("g")).toMatchObject({ kind: "failed", reason: { failed: 3, total: 3 } });
    expect(run.live.header.failedCount).toBe(3);
  });

  it("keeps a member's place while it waits for a retry", () => {
    const run = started([
      group("g", { items: ["1", "2"], maxParallel: 1, retry: { attempts: 2, initialMs: 10 } }),
    ]).fail("g[1]");
    expect(run.statuses).toBe("g running, g[1] waiting, g[2] pending");
  });
});

describe("fail_fast of a group", () => {
  it("stops the other members with the first failure", () => {
    const run = started([group("g", { items: ["1", "2", "3"], failFast: true, maxParallel: 2 }), task("b")])
      .running("g[2]")
      .fail("g[1]");
    expect(run.statuses).toBe("g running, b queued, g[1] failed, g[2] stopping, g[3] cancelled");
    expect(run.state("g[2]")).toMatchObject({ cause: { kind: "fail_fast", job: 0 }, force: false });
    run.fail("g[2]");
    expect(run.state("g")).toMatchObject({
      kind: "failed",
      reason: { kind: "members", failed: 2, cancelled: 1, total: 3 },
    });
    run.succeed("b");
    expect(run.live.header).toMatchObject({ status: "failed", failedCount: 2, stop: null });
  });

  it("reaches into groups of groups, also those that have room for more", () => {
    const inner = groupWork({ items: ["1", "2"], maxParallel: 1 });
    const run = started([group("g", { items: ["a", "b"], member: inner, failFast: true })]).running(
      "g[b][1]",
    );
    run.fail("g[a][1]").succeed("g[a][2]");
    expect(run.statuses).toBe(
      "g running, g[a] failed, g[b] running, g[a][1] failed, g[a][2] completed, g[b][1] stopping, g[b][2] cancelled",
    );
    run.end("g[b][1]", "cancelled");
    expect(run.state("g")).toMatchObject({ kind: "failed", reason: { failed: 1, cancelled: 1, total: 2 } });
  });

  it("does nothing for failures that the policy lets pass, and without it", () => {
    const pass = started([group("g", { items: ["1", "2"], failFast: true, onError: "continue" })]).fail(
      "g[1]",
    );
    expect(pass.status("g[2]")).toBe("queued");
    pass.succeed("g[2]");
    expect(pass.state("g")).toMatchObject({ kind: "completed", reason: { failed: 0 } });
    const without = started([group("g", { items: ["1", "2"] })]).fail("g[1]");
    expect(without.status("g[2]")).toBe("queued");
  });
});

describe("a group with cancelled members", () => {
  it("is cancelled", () => {
    const run = started([group("g", { items: ["1", "2"] })])
      .end("g[1]", "cancelled")
      .succeed("g[2]");
    expect(run.state("g")).toMatchObject({
      kind: "cancelled",
      reason: { kind: "members", failed: 0, cancelled: 1, total: 2 },
    });
  });
});

describe("rows that contradict each other", () => {
  it("are a bug, and are named", () => {
    const { live } = started([group("g", { items: ["1"] })]).running("g[1]");
    const jobs = new Map(live.jobs);
    jobs.delete(0);
    const broken = restoreRun(live.id, live.settings, live.graph.jobs, live.header, jobs);
    const input = { kind: "ended", job: 1, token: 1, at: 1, result: resultOf("succeeded") } as const;
    expect(() => transition(broken, input)).toThrow("job 0 of run_1 has members but is not their group");
    const { jobs: plain } = started([task("a")]).live.graph;
    expect(() => plain.map(groupOf)).toThrow("the job a is not a group");
  });

  it("end no job twice", () => {
    const draft = new Draft(started([task("a")]).succeed("a").live, 1);
    expect(() => endJob(draft, 0, { kind: "skipped", reason: { kind: "condition_false" } })).toThrow(
      "job 0 of run_1 has ended already",
    );
  });

  it("break no job without a reason", () => {
    const { live } = started([task("a"), task("b", { after: ["a"] })]).running("a");
    const input = { kind: "ended", job: 0, token: 1, at: 1, result: resultOf("succeeded") } as const;
    expect(() => transition({ ...live, broken: [0, 1] }, input)).toThrow("there is no item 0 in a list of 0");
  });
});
