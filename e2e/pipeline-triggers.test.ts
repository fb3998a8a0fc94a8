import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia, workflow } from "./gaia.ts";

/** Runs that start when a run of another workflow has ended. */

let gaia: Gaia;

beforeAll(async () => {
  gaia = await Gaia.start();
});
afterAll(() => gaia.close());

interface Listed {
  readonly id: string;
  readonly status: string;
  readonly trigger: string;
  readonly actor: { readonly kind: string; readonly id: string; readonly via: string };
  readonly inputs: Readonly<Record<string, unknown>>;
}

async function runsOf(pipeline: string): Promise<readonly Listed[]> {
  return (await gaia.ask(`/api/v1/runs?pipeline=${pipeline}&limit=500`)).json.items;
}

async function keep(definition: string): Promise<void> {
  const reply = await gaia.post("/api/v1/workflows", { definition });
  if (reply.status !== 201) throw new Error(reply.text);
}

async function start(name: string, inputs: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return (await gaia.post(`/api/v1/workflows/${name}/start`, { inputs })).json.run_id;
}

const after = (pipeline: string, on?: string): string =>
  `triggers: [{pipeline: ${pipeline}${on === undefined ? "" : `, on: ${on}`}}]\n`;

describe("a pipeline trigger", () => {
  test("starts one run for each end that counts, with what the ended run offers", async () => {
    await keep(`inputs: {fail: {type: boolean, default: false}}
outputs: {version: "\${tasks.a.outputs.version}"}
${workflow("build", `{id: a, command: 'echo version=1.2 >> $GAIA_OUTPUT; test "\${fail}" = false'}`)}`);
    await keep(`inputs: {version: {}, of: {}, status: {}}
triggers:
  - pipeline: build
    inputs: {version: "v\${run.outputs.version}", of: "\${run.id} #\${run.number}", status: "\${run.status}"}
${workflow("deploy", "{id: a, command: 'true'}")}`);
    await keep(after("build", "failed") + workflow("mourn", "{id: a, command: 'true'}"));
    await keep(after("build", "always") + workflow("note", "{id: a, command: 'true'}"));
    const good = await start("build");
    await gaia.until("both have started", async () => (await runsOf("note")).length === 1);
    await gaia.until("it is deployed", async () => (await runsOf("deploy"))[0]?.status === "completed");
    expect((await runsOf("deploy"))[0]).toMatchObject({
      trigger: "pipeline",
      actor: { kind: "run", id: good, via: "trigger" },
      inputs: { version: "v1.2", of: `${good} #1`, status: "completed" },
    });
    const bad = await start("build", { fail: true });
    await gaia.until("it is mourned", async () => (await runsOf("mourn")).length === 1);
    await gaia.until("it is noted", async () => (await runsOf("note")).length === 2);
    expect((await runsOf("mourn"))[0]?.actor.id).toBe(bad);
    expect(await runsOf("deploy")).toHaveLength(1);
    const shown = (await gaia.ask("/api/v1/workflows/note")).json.triggers;
    expect(shown).toMatchObject([{ kind: "pipeline", text: "when a run of build has ended", armed: true }]);
    expect(shown[0].last_at).not.toBeNull();
    const [listed] = (await gaia.ask("/api/v1/triggers?pipeline=note")).json.items;
    expect(listed).toMatchObject({ armed: true, next: [], last_run: { number: 2 } });
  });

  test("does not fire while its workflow is paused, nor when it is gone", async () => {
    await keep(workflow("source", "{id: a, command: 'true'}"));
    await keep(after("source") + workflow("quiet", "{id: a, command: 'true'}"));
    await keep(after("source") + workflow("loud", "{id: a, command: 'true'}"));
    await gaia.post("/api/v1/workflows/quiet/pause");
    await start("source");
    await gaia.until("the other has started", async () => (await runsOf("loud")).length === 1);
    await gaia.ask({ method: "DELETE", path: "/api/v1/workflows/loud" });
    await gaia.post("/api/v1/workflows/quiet/resume");
    await start("source");
    await gaia.until("it starts again", async () => (await runsOf("quiet")).length === 1);
    expect(await runsOf("loud")).toHaveLength(1);
  });

  test("is refused when it would go round in a circle, and a circle behind its back ends", async () => {
    await keep(after("three") + workflow("one", "{id: a, command: 'true'}"));
    await keep(after("one") + workflow("two", "{id: a, command: 'true'}"));
    const definition = after("two") + workflow("three", "{id: a, command: 'true'}");
    const reply = await gaia.post("/api/v1/workflows", { definition });
    expect(reply.status).toBe(400);
    expect(reply.json.error.message).toContain("three → one → two → three");
    // A task that runs the workflow whose end starts this one: nobody can see that circle beforehand.
    await keep(workflow("inner", "{id: a, command: 'true'}"));
    await keep(after("inner") + workflow("outer", "{id: a, type: pipeline, pipeline: inner}"));
    await start("inner");
    await gaia.until("it has come to its end", async () => {
      const runs = await runsOf("outer");
      return runs.length === 10 && runs.every(({ status }) => status === "completed");
    });
    await start("source");
    await gaia.until("others still start", async () => (await runsOf("quiet")).length === 2);
    expect(await runsOf("outer")).toHaveLength(10);
  });

  test("starts exactly one run for each end, whenever the server is killed", async () => {
    await keep(workflow("often", "{id: a, command: 'true'}"));
    await keep(after("often", "always") + workflow("once", "{id: a, command: 'true'}"));
    const started: string[] = [];
    for (let round = 0; round < 5; round++) {
      const ids = await Promise.all(Array.from({ length: 8 }, () => start("often")));
      started.push(...ids);
      await gaia.until("some have ended", async () => {
        const runs = await runsOf("often");
        return runs.filter(({ status }) => status === "completed").length > round * 8 + round;
      });
      process.kill(gaia.serverPid, "SIGKILL");
      await gaia.startServer();
    }
    await gaia.until("all have ended", async () => {
      const runs = [...(await runsOf("often")), ...(await runsOf("once"))];
      return runs.length >= 80 && runs.every(({ status }) => status === "completed");
    });
    const causes = (await runsOf("once")).map(({ actor }) => actor.id);
    expect(causes.toSorted()).toEqual(started.toSorted());
  }, 120_000);
});

describe("what this Gaia cannot start by itself, or perform, yet", () => {
  test("is kept and says so everywhere", async () => {
    const definition = `triggers: [{webhook: push}, {git: {branches: [main]}}]
${workflow("later", "{id: a, command: 'true'}", "{id: call, type: http, url: 'https://example.org'}")}`;
    const file = gaia.write("later.yaml", definition);
    const validated = await gaia.gaia("validate", file);
    expect(validated.status).toBe(0);
    expect(validated.stderr + validated.stdout).toContain("kept but not armed");
    await keep(definition);
    const { triggers } = (await gaia.ask("/api/v1/workflows/later")).json;
    expect(triggers).toMatchObject([
      {
        kind: "webhook",
        text: "webhook push (not armed: it names no secret with which its sender signs)",
        armed: false,
      },
      {
        kind: "git",
        text: expect.stringContaining(
          "git pushes of no repository, branches main (not armed: it names no repository)",
        ),
        armed: false,
      },
    ]);
    expect((await gaia.gaia("workflow", "show", "later")).stdout).toContain("not armed");
    expect((await gaia.gaia("triggers", "-p", "later")).stdout).toMatch(/^later +not armed +git /m);
    const refused = await gaia.post("/api/v1/workflows/later/start");
    expect(refused.json.error).toMatchObject({
      code: "unsupported",
      message:
        "task `call` is of type http; this Gaia cannot do that yet: call `curl` in a task of type shell",
    });
  });
});
