import { describe, expect, it } from "vitest";
import { readable, resolvePath, scopeOf } from "./scope.ts";
import { approval, group, task } from "./testing/build.ts";
import { started, type TestRun } from "./testing/test-run.ts";
import { taskValues } from "./values.ts";

const scope = (run: TestRun, key: string | null) =>
  scopeOf(readable(run.live), key === null ? null : run.number(key));

describe("scopeOf", () => {
  it("answers the status functions, without arguments and inside a job only", () => {
    const run = started([task("a")]);
    const call = (name: string, args: readonly number[] = []) => scope(run, "a").call?.(name, args);
    expect(call("success")).toEqual({ kind: "ok", value: true });
    expect(call("failure")).toEqual({ kind: "ok", value: false });
    expect(call("cancelled")).toEqual({ kind: "ok", value: false });
    expect(call("always")).toEqual({ kind: "ok", value: true });
    expect(call("success", [1])).toBeUndefined();
    expect(call("nosuch")).toBeUndefined();
    expect(scope(run, null).call?.("always", [])).toBeUndefined();
  });

  it("answers a job of `finally` with what became of the run", () => {
    const run = started([task("a"), task("z", { final: true })]);
    const failure = () => scope(run, "z").call?.("failure", []);
    expect(failure()).toEqual({ kind: "ok", value: false });
    run.fail("a");
    expect(failure()).toEqual({ kind: "ok", value: true });
  });

  it("has the item inside a group's members only", () => {
    const run = started([group("g", { items: ["x"] })]);
    expect(resolvePath(scope(run, "g[x]"), ["item"])).toBe("x");
    expect(resolvePath(scope(run, "g[x]"), ["matrix"])).toBe("x");
    expect(resolvePath(scope(run, "g"), ["item"])).toBeUndefined();
    expect(resolvePath(scope(run, null), ["item"])).toBeUndefined();
  });

  it("lists the tasks and what each has", () => {
    const tasks = scope(started([task("a"), approval("b")]), null).variable("tasks");
    expect(tasks).toMatchObject({ keys: expect.any(Function) });
    const keys = (value: unknown) => (value as { keys: () => readonly string[] }).keys();
    expect(keys(tasks)).toEqual(["a", "b"]);
    expect(keys((tasks as { lookup: (key: string) => unknown }).lookup("a"))).toEqual(["status", "outputs"]);
  });

  it("resolves nothing for no path, and for what is not a value", () => {
    const run = started([group("g", { items: ["x"] })]).succeed("g[x]", { v: 1 });
    expect(resolvePath(scope(run, null), [])).toBeUndefined();
    expect(resolvePath(scope(run, null), ["tasks", "g", "outputs"])).toBeUndefined();
    expect(resolvePath(scope(run, null), ["tasks", "g", "outputs", "v"])).toEqual([1]);
  });

  it("throws for a job that does not exist", () => {
    expect(() => scopeOf(readable(started([task("a")]).live), 7)).toThrow(
      "there is no item 7 in a list of 1",
    );
  });
});

describe("taskValues", () => {
  it("fills a task's bindings in", () => {
    const run = started([
      task("a"),
      task("b", { after: ["a"], bindings: { u: "see ${tasks.a.outputs.url}" } }),
    ]);
    run.succeed("a", { url: "x" });
    expect(taskValues(run.live, run.number("b"))).toEqual({ u: "see x" });
  });

  it("is empty for what is no task", () => {
    expect(taskValues(started([approval("ok")]).live, 0)).toEqual({});
  });

  it("throws for a task that was never to be queued", () => {
    const run = started([task("a"), task("b", { after: ["a"], bindings: { u: "${tasks.a.outputs.url}" } })]);
    expect(() => taskValues(run.live, 1)).toThrow(
      "job 1 of run_1: ${tasks.a.outputs.url} stands for nothing",
    );
  });
});
