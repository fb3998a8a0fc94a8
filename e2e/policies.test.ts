import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunDetail } from "@gaia/contracts";
import { Gaia, workflow } from "./gaia.ts";

/** What happens around tasks: failures that are borne, tasks at the end, people, conditions. */

let gaia: Gaia;

beforeAll(async () => {
  gaia = await Gaia.start();
});
afterAll(() => gaia.close());

function statuses(run: RunDetail): Readonly<Record<string, string>> {
  return Object.fromEntries(run.jobs.map(({ key, status }) => [key, status]));
}

describe("on_error: continue", () => {
  test("records the failure, and lets the rest and the run go on", async () => {
    const run = await gaia.run(
      workflow(
        "continue",
        "{id: lint, command: exit 3, on_error: continue}",
        "{id: build, command: echo, dependencies: [lint]}",
        "{id: told, command: 'echo ${tasks.lint.status}', dependencies: [lint]}",
      ),
    );
    expect(run.status).toBe("completed");
    expect(statuses(run)).toEqual({ lint: "failed", build: "completed", told: "completed" });
    expect((await gaia.log(run.id, "told")).toString()).toBe("failed\n");
  });
});

describe("finally", () => {
  const FINALLY = (command: string) =>
    `${workflow("finally", `{id: work, command: ${JSON.stringify(command)}, grace: 100ms}`, "{id: next, command: echo, dependencies: [work]}")}finally:\n  - {id: clean, command: 'echo \${tasks.work.status} >> cleaned'}\n`;

  test.each([
    ["completes", "true", "completed", "completed"],
    ["fails", "exit 1", "failed", "failed"],
  ])("runs when the run %s", async (_how, command, status, seen) => {
    gaia.write("cleaned", "");
    const run = await gaia.run(FINALLY(command));
    expect(run).toMatchObject({ status });
    expect(statuses(run).clean).toBe("completed");
    expect(gaia.read("cleaned")).toBe(`${seen}\n`);
  });

  test("runs when the run is stopped, and not when it is stopped by force", async () => {
    gaia.write("cleaned", "");
    const id = await gaia.startRun(FINALLY("sleep 300"));
    await gaia.reached(id, "work", "running");
    expect((await gaia.gaia("stop", id)).status).toBe(0);
    const stopped = await gaia.ended(id);
    expect(stopped.status).toBe("cancelled");
    expect(statuses(stopped)).toEqual({ work: "cancelled", next: "cancelled", clean: "completed" });
    expect(gaia.read("cleaned")).toBe("cancelled\n");
    const forced = await gaia.startRun(FINALLY("sleep 300"));
    await gaia.reached(forced, "work", "running");
    expect((await gaia.gaia("stop", forced, "--force")).status).toBe(0);
    expect(statuses(await gaia.ended(forced)).clean).toMatch(/cancelled|skipped/);
    expect(gaia.read("cleaned")).toBe("cancelled\n");
  });
});

describe("an approval", () => {
  const RELEASE = workflow(
    "release",
    "{id: gate, type: approval, prompt: 'Deploy ${run.id}?'}",
    "{id: deploy, command: echo deployed, dependencies: [gate]}",
  );

  test("lets the run go on when it is given, once", async () => {
    const id = await gaia.startRun(RELEASE);
    await gaia.reached(id, "gate", "waiting");
    const why = await gaia.gaia("why", id, "gate");
    expect(why).toMatchObject({ status: 0 });
    expect(why.stdout).toContain(`gaia approve ${id} gate`);
    expect((await gaia.gaia("approve", id, "gate", "--comment", "seen")).status).toBe(0);
    const run = await gaia.ended(id);
    expect(statuses(run)).toEqual({ gate: "completed", deploy: "completed" });
    const again = await gaia.gaia("reject", id, "gate");
    expect(again.status).toBe(1);
    expect(again.stderr).toContain("ended");
    const { items } = (await gaia.ask(`/api/v1/runs/${id}/events?limit=100`)).json;
    expect(JSON.stringify(items)).toContain("seen");
  });

  test("fails what waits for it when it is refused, and says by whom and why", async () => {
    const id = await gaia.startRun(RELEASE);
    await gaia.reached(id, "gate", "waiting");
    expect((await gaia.gaia("reject", id, "gate", "-m", "not before Monday")).status).toBe(0);
    const run = await gaia.ended(id);
    expect([run.status, statuses(run)]).toEqual(["failed", { gate: "failed", deploy: "skipped" }]);
    expect(run.jobs[0]?.reason).toContain("not before Monday");
  });

  test("has a timeout", async () => {
    const run = await gaia.run(workflow("late", "{id: gate, type: approval, prompt: Go?, timeout: 50ms}"));
    expect([run.status, statuses(run)]).toEqual(["failed", { gate: "failed" }]);
    expect(run.jobs[0]?.reason).toMatch(/50 ?ms|0\.05 s|time/);
  });

  test("is refused for a task that is none, or is not there", async () => {
    const id = await gaia.startRun(RELEASE);
    const none = await gaia.gaia("approve", id, "deploy");
    expect(none.status).toBe(1);
    expect(none.stderr).toContain("`deploy` does not wait for a person: it is no approval");
    const absent = await gaia.gaia("approve", id, "gaet");
    expect(absent.status).toBe(2);
    expect(absent.stderr).toContain("`gate`");
    await gaia.gaia("stop", id, "--force");
  });
});

describe("when", () => {
  test("that is false skips its task and says why; what depends on it runs", async () => {
    const definition = `inputs: {target: {default: staging}}\n${workflow(
      "conditions",
      "{id: build, command: echo size=5 > $GAIA_OUTPUT}",
      `{id: deploy, command: echo, when: "inputs.target == 'production'", dependencies: [build]}`,
      "{id: announce, command: echo, dependencies: [deploy]}",
      `{id: large, command: echo, when: "int(tasks.build.outputs.size) > 3", dependencies: [build]}`,
    )}`;
    const run = await gaia.run(definition);
    expect(run.status).toBe("completed");
    expect(statuses(run)).toEqual({
      build: "completed",
      deploy: "skipped",
      announce: "completed",
      large: "completed",
    });
    const why = await gaia.gaia("why", run.id, "deploy");
    expect(why.stdout).toContain("deploy is skipped");
    expect(why.stdout).toMatch(/`inputs.target == .production.`/);
    const other = await gaia.run(definition, { inputs: { target: "production" } });
    expect(statuses(other)).toMatchObject({ deploy: "completed" });
  });

  test.each([
    ["inputs.nothing == 1", "unknown input `nothing`"],
    ["tasks.a.outputs.size >", ""],
    ["size(tasks.b.outputs.x) > 1", "`b`"],
  ])("`%s` is refused before the run starts", async (condition, sentence) => {
    const definition = workflow(
      "wrong",
      "{id: a, command: echo}",
      `{id: b, command: echo, when: ${JSON.stringify(condition)}, dependencies: [a]}`,
    );
    const reply = await gaia.post("/api/v1/runs", { definition });
    expect([reply.status, reply.json.error.code]).toEqual([400, "invalid_definition"]);
    expect(reply.json.error.details.problems[0].message).toContain(sentence);
    expect(reply.json.error.details.problems[0].line).toBe(4);
  });

  test("that cannot be worked out fails its task with the reason", async () => {
    const run = await gaia.run(
      workflow(
        "late",
        "{id: a, command: echo size=many > $GAIA_OUTPUT}",
        `{id: b, command: echo, when: "int(tasks.a.outputs.size) > 1", dependencies: [a]}`,
      ),
    );
    expect([run.status, statuses(run)]).toEqual(["failed", { a: "completed", b: "failed" }]);
    expect(run.jobs[1]?.reason).toContain("many");
  });

  test("a task that needs what failed is skipped, with a chain of reasons up to what failed", async () => {
    const run = await gaia.run(
      workflow(
        "chain",
        "{id: build, command: exit 4}",
        "{id: pack, command: echo, dependencies: [build]}",
        "{id: ship, command: echo, dependencies: [pack]}",
        "{id: tell, command: echo told, when: failure(), dependencies: [ship]}",
      ),
    );
    expect([run.status, statuses(run)]).toEqual([
      "failed",
      { build: "failed", pack: "skipped", ship: "skipped", tell: "completed" },
    ]);
    const why = (await gaia.gaia("why", run.id, "ship")).stdout;
    expect(why).toContain("ship is skipped");
    expect(why).toMatch(/build failed.*exit 4/);
  });
});

describe("the whole run", () => {
  test("has a timeout, which ends its tasks and names itself", async () => {
    const run = await gaia.run(
      `timeout: 300ms\n${workflow("late", "{id: a, command: sleep 300, grace: 100ms}")}`,
    );
    expect(run.status).toBe("failed");
    expect(run.reason).toMatch(/timeout|300 ?ms|0\.3 s/);
    expect(statuses(run).a).toBe("cancelled");
  });

  test("with fail_fast ends the others at the first failure", async () => {
    const run = await gaia.run(
      `fail_fast: true\n${workflow("fast", "{id: a, command: exit 1}", "{id: b, command: sleep 300, grace: 100ms}")}`,
    );
    expect([run.status, statuses(run)]).toEqual(["failed", { a: "failed", b: "cancelled" }]);
  });
});
