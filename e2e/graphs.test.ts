import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia, workflow } from "./gaia.ts";

/** Graphs that become larger while they run, and values that travel through them. */

let gaia: Gaia;

beforeAll(async () => {
  gaia = await Gaia.start();
});
afterAll(() => gaia.close());

function task(id: string, command: string, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ id, command, ...more });
}

describe("a group", () => {
  test("of a matrix runs once for each combination, and knows its axes", async () => {
    const matrix = { os: ["linux", "mac"], node: [20, 24], exclude: [{ os: "mac", node: 20 }] };
    const run = await gaia.run(
      workflow(
        "matrix",
        task("test", "echo ${matrix.os}-${matrix.node}", { matrix }),
        task("after", "echo", { dependencies: ["test"] }),
      ),
    );
    expect(run.status).toBe("completed");
    const members = run.jobs.filter(({ group }) => group === "test").map(({ key }) => key);
    expect(members).toHaveLength(3);
    const logs = await Promise.all(
      members.map(async (key) => (await gaia.log(run.id, key)).toString().trim()),
    );
    expect(logs.toSorted()).toEqual(["linux-20", "linux-24", "mac-24"]);
  });

  test("for each item of an output of an earlier task", async () => {
    const items = JSON.stringify({ files: ["a b", "c'd", "$(touch hacked)"] });
    gaia.write("items.json", `${items}\n`);
    const run = await gaia.run(
      workflow(
        "each",
        task("plan", "cat items.json > $GAIA_OUTPUT"),
        task("do", 'printf "%s" "${item}"', { for_each: "tasks.plan.outputs.files", dependencies: ["plan"] }),
        task("after", "echo", { dependencies: ["do"] }),
      ),
    );
    expect(run.status).toBe("completed");
    const members = run.jobs.filter(({ group }) => group === "do");
    const logs = await Promise.all(members.map(async ({ key }) => (await gaia.log(run.id, key)).toString()));
    expect(logs.toSorted()).toEqual(["$(touch hacked)", "a b", "c'd"]);
  });

  test("for each of what is no list fails with the reason", async () => {
    const run = await gaia.run(
      workflow(
        "none",
        task("plan", "echo files=one > $GAIA_OUTPUT"),
        task("do", "echo ${item}", { for_each: "tasks.plan.outputs.files", dependencies: ["plan"] }),
      ),
    );
    expect(run.status).toBe("failed");
    expect(run.jobs.find(({ key }) => key === "do")).toMatchObject({
      status: "failed",
      reason: expect.stringContaining("list"),
    });
  });
});

describe("growth through $GAIA_GRAPH", () => {
  /** A run whose first task adds what the file holds. */
  async function grown(fragment: string): ReturnType<Gaia["run"]> {
    gaia.write("fragment.yaml", fragment);
    return gaia.run(
      workflow(
        "grown",
        task("plan", "cat fragment.yaml > $GAIA_GRAPH"),
        task("after", "echo", { dependencies: ["plan/*"] }),
      ),
    );
  }

  test("adds tasks that run, and those behind wait for them", async () => {
    const run = await grown(
      "tasks:\n  - {id: one, command: echo one}\n  - {id: two, command: echo two, dependencies: [one]}\n",
    );
    expect(run.status).toBe("completed");
    expect(run.jobs.map(({ key }) => key)).toEqual(["plan", "after", "plan/one", "plan/two"]);
    const ended = Object.fromEntries(run.jobs.map((job) => [job.key, job]));
    expect(String(ended["after"]?.started_at) >= String(ended["plan/two"]?.ended_at)).toBe(true);
  });

  test.each([
    [
      "that are a cycle",
      "tasks:\n  - {id: one, command: echo, dependencies: [two]}\n  - {id: two, command: echo, dependencies: [one]}\n",
      "cycle: ",
    ],
    ["with an unknown key", "tasks:\n  - {id: one, comand: echo}\n", "did you mean `command`?"],
    [
      "that depend on what is not there",
      "tasks:\n  - {id: one, command: echo, dependencies: [thre]}\n",
      "plan/one depends on thre, which is neither in the fragment nor in the run",
    ],
    ["twice", "tasks:\n  - {id: one, command: echo}\n  - {id: one, command: echo}\n", "duplicate id `one`"],
    ["that are no YAML", "tasks: [", "$GAIA_GRAPH of `plan`, line 1, column 8"],
    ["that are for an agent", "tasks:\n  - {id: one, agent: claude, command: Do it}\n", "agent `claude`"],
  ])("%s fails the task with the sentence, and adds nothing", async (_what, fragment, sentence) => {
    const run = await grown(fragment);
    expect(run.status).toBe("failed");
    expect(run.jobs.map(({ key, status }) => [key, status])).toEqual([
      ["plan", "failed"],
      ["after", "skipped"],
    ]);
    expect(run.jobs[0]?.reason).toContain(sentence);
  });
});

describe("a child run", () => {
  test("gets inputs, and its outputs come back", async () => {
    const child = `inputs: {text: {}}\noutputs: {said: "\${tasks.say.outputs.said}"}\n${workflow("child", task("say", 'echo "said=${inputs.text}" > $GAIA_OUTPUT'))}`;
    expect((await gaia.post("/api/v1/workflows", { definition: child })).status).toBe(201);
    const run = await gaia.run(
      workflow(
        "parent",
        JSON.stringify({ id: "call", type: "pipeline", pipeline: "child", inputs: { text: "a 'b' $(c)" } }),
        task("use", 'printf "%s" "${tasks.call.outputs.said}"', { dependencies: ["call"] }),
      ),
    );
    expect(run.status).toBe("completed");
    expect((await gaia.log(run.id, "use")).toString()).toBe("a 'b' $(c)");
    const { child_run: id } = await gaia.job(run.id, "call");
    expect((await gaia.ask(`/api/v1/runs/${id}`)).json).toMatchObject({
      pipeline: "child",
      status: "completed",
      parent_run: run.id,
    });
  });

  test.each([
    ["is not there", { pipeline: "chidl" }, "Did you mean `child`?"],
    ["wants another input", { pipeline: "child", inputs: { txet: "x" } }, "text"],
  ])("that %s fails the task with the sentence", async (_why, more, sentence) => {
    const run = await gaia.run(workflow("parent", JSON.stringify({ id: "call", type: "pipeline", ...more })));
    expect(run.status).toBe("failed");
    expect(run.jobs[0]?.reason).toContain(sentence);
  });

  test("that calls itself ends at the limit of depth", async () => {
    const definition = workflow("self", "{id: again, type: pipeline, pipeline: self}");
    const run = await gaia.run(definition);
    expect(run.status).toBe("failed");
    const { items } = (await gaia.ask("/api/v1/runs?pipeline=self&limit=100")).json;
    expect(items.length).toBeLessThanOrEqual(11);
    expect(JSON.stringify(items)).toMatch(/10/);
  });

  test("is stopped with its parent", async () => {
    await gaia.post("/api/v1/workflows", { definition: workflow("slow", task("wait", "sleep 300")) });
    const id = await gaia.startRun(workflow("parent", "{id: call, type: pipeline, pipeline: slow}"));
    await gaia.until("the child runs", async () => {
      const { child_run: child } = await gaia.job(id, "call");
      return child !== null && (await gaia.job(child, "wait")).status === "running";
    });
    const { child_run: child } = await gaia.job(id, "call");
    expect((await gaia.gaia("stop", id)).status).toBe(0);
    expect((await gaia.ended(id)).status).toBe("cancelled");
    expect((await gaia.ended(String(child))).status).toBe("cancelled");
  });
});

describe("an output", () => {
  test.each([
    ["quotes and shell code", `'"$(touch hacked)\`touch hacked\`; exit 9 \\ \${x} $HOME %s`],
    ["newlines and tabs", "one\n\n\ttwo\n  three  "],
    ["other scripts", "ünï ⇒ 日本語 🎉 ‮ \u0001"],
    ["a YAML document", "- {a: b}\n---\n*x"],
    ["nothing", ""],
  ])("of %s reaches the next task byte for byte", async (_what, value) => {
    gaia.write("value.json", `${JSON.stringify({ v: value })}\n`);
    const run = await gaia.run(
      workflow(
        "bytes",
        task("write", "cat value.json > $GAIA_OUTPUT"),
        task("read", 'printf "%s" "${tasks.write.outputs.v}"', { dependencies: ["write"] }),
        task("environment", 'printf "%s" "$V"', {
          dependencies: ["write"],
          env: { V: "${tasks.write.outputs.v}" },
        }),
      ),
    );
    expect(run.status).toBe("completed");
    expect(await gaia.log(run.id, "read")).toEqual(Buffer.from(value));
    expect(await gaia.log(run.id, "environment")).toEqual(Buffer.from(value));
    expect((await gaia.job(run.id, "write")).outputs["v"]).toBe(value);
  });
});
