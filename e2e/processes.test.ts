import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia, workflow } from "./gaia.ts";
import { ownSeconds, processesOf } from "./processes.ts";

/** What a task's processes can do, and what is said about it. */

let gaia: Gaia;

beforeAll(async () => {
  gaia = await Gaia.start();
});
afterAll(() => gaia.close());

function task(id: string, command: string, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ id, command, ...more });
}

/** The sentence about a single task that fails. */
async function reasonOf(command: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const run = await gaia.run(workflow("fails", task("a", command, more)));
  expect(run).toMatchObject({ status: "failed", jobs: [{ key: "a", status: "failed" }] });
  const why = await gaia.ask(`/api/v1/runs/${run.id}/why?task=a`);
  expect(why.json.sentence).toContain("a failed");
  return run.jobs[0]?.reason ?? "";
}

describe("a task that cannot start", () => {
  test.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    ["its folder is missing", { work_dir: "nowhere" }, ["nowhere", "does not exist"]],
    ["its folder is a file", { work_dir: "/etc/passwd" }, ["/etc/passwd"]],
    ["its shell is missing", { shell: ["no-such-shell", "-c"] }, ["no-such-shell"]],
    ["its shell is no program", { shell: ["/etc/passwd"] }, ["/etc/passwd"]],
  ])("because %s says so by name", async (_why, more, words) => {
    const reason = await reasonOf("echo", more);
    for (const word of words) expect(reason).toContain(word);
  });

  test("because a tag has no worker waits, says for what, and can be stopped", async () => {
    const id = await gaia.startRun(workflow("tagged", task("train", "echo", { tags: ["gpu"] })));
    await gaia.reached(id, "train", "queued");
    const { json } = await gaia.ask(`/api/v1/runs/${id}/why?task=train`);
    expect([json.sentence, ...json.because].join("\n")).toMatch(/gpu/);
    expect((await gaia.gaia("stop", id)).status).toBe(0);
  });
});

describe("a task that fails", () => {
  test.each([
    ["exit 7", "exit 7"],
    ["no-such-command", "exit code 127: the shell did not find a command"],
    ["kill -SEGV $$", "killed by SIGSEGV"],
    ["kill -KILL $$", "killed by SIGKILL"],
    ["sh -c 'kill -TERM $$'; exit $?", "exit code 143: a command in it was killed by SIGTERM"],
    ["echo nonsense > $GAIA_OUTPUT", '$GAIA_OUTPUT:1: "nonsense" is no output'],
    ["rm -f $GAIA_OUTPUT; mkfifo $GAIA_OUTPUT", "$GAIA_OUTPUT is not a file any more"],
  ])("%s says %s", async (command, sentence) => {
    expect(await reasonOf(command)).toContain(sentence);
  });

  test("because it did not write an output that it declares names the output", async () => {
    expect(await reasonOf("echo", { outputs: ["url"] })).toContain("url");
  });

  test("because of its timeout says the time, and leaves no process", async () => {
    const seconds = ownSeconds();
    const reason = await reasonOf(`sleep ${seconds} & sleep ${seconds}`, {
      timeout: "200ms",
      grace: "100ms",
    });
    expect(reason).toContain("it ran longer than its timeout of 0.2 s");
    expect(processesOf("sleep", seconds)).toEqual([]);
  });

  test("is tried again after growing waits, and may succeed", async () => {
    const command = "echo x >> tries; test $(wc -l < tries) -ge 3";
    const retry = { attempts: 5, initial: "20ms", factor: 2, jitter: 0 };
    const run = await gaia.run(workflow("again", task("a", command, { retry })));
    expect(run.status).toBe("completed");
    const { attempts } = await gaia.job(run.id, "a");
    expect(attempts.map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, "failed"],
      [2, "failed"],
      [3, "succeeded"],
    ]);
    const { items } = (await gaia.ask(`/api/v1/runs/${run.id}/events?limit=500`)).json;
    expect(items.map(({ kind }: { kind: string }) => kind).join(" ")).toMatch(/retry|backoff|waiting/);
  });

  test("is tried three times with `on_error: retry` alone, and then fails", async () => {
    const defaults = "defaults: {retry: {initial: 1ms}}\n";
    const run = await gaia.run(defaults + workflow("thrice", task("a", "exit 1", { on_error: "retry" })));
    expect(run.status).toBe("failed");
    expect((await gaia.job(run.id, "a")).attempts).toHaveLength(3);
  });
});

describe("a task that reads", () => {
  test("its standard input finds it empty, and does not hang", async () => {
    const run = await gaia.run(workflow("reads", task("a", "cat; read line || echo nothing; wc -c")));
    expect(run.status).toBe("completed");
    expect((await gaia.log(run.id, "a")).toString().trim()).toMatch(/^nothing\n\s*0$/);
  });
});

describe("stopping", () => {
  test.each([
    "sleep SECONDS",
    "setsid sleep SECONDS & sleep SECONDS",
    "nohup sleep SECONDS >/dev/null 2>&1 & sleep SECONDS",
    "env -i sleep SECONDS & sleep SECONDS",
    "setsid env -i sh -c 'sleep SECONDS & exec sleep SECONDS' & sleep SECONDS",
    "(setsid setsid sleep SECONDS &) ; trap '' TERM; sleep SECONDS; sleep SECONDS",
  ])("leaves no process of %s", async (pattern) => {
    const seconds = ownSeconds();
    const command = pattern.replaceAll("SECONDS", seconds);
    const id = await gaia.startRun(workflow("stops", task("a", command, { grace: "200ms" })));
    await gaia.until("its processes are there", () => processesOf("sleep", seconds).length > 0);
    const end = await gaia.gaia("stop", id);
    expect(end.status).toBe(0);
    expect(processesOf("sleep", seconds)).toEqual([]);
    expect(await gaia.ended(id)).toMatchObject({ status: "cancelled", jobs: [{ survivors: [] }] });
  });

  test("a process that a task left behind ends with its attempt", async () => {
    const seconds = ownSeconds();
    const run = await gaia.run(
      workflow("left", task("a", `setsid sleep ${seconds} & echo done`, { grace: "100ms" })),
    );
    expect(run.status).toBe("completed");
    expect(processesOf("sleep", seconds)).toEqual([]);
  });
});
