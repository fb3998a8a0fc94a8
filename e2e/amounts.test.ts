import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia, workflow } from "./gaia.ts";

/** Too much of anything is refused by name, or cut where the file says so; the rest goes on. */

let gaia: Gaia;

beforeAll(async () => {
  gaia = await Gaia.start();
});
afterAll(() => gaia.close());

/** A task whose command is written as it is. */
function task(id: string, command: string, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ id, command, ...more });
}

const MEGABYTE = "head -c 1000000 /dev/zero | tr '\\0' x";

describe("a value that is too large", () => {
  test("as an output fails the task, and says where to put it", async () => {
    const run = await gaia.run(
      workflow("output", task("a", `printf v= > $GAIA_OUTPUT; ${MEGABYTE} >> $GAIA_OUTPUT`)),
    );
    expect(run).toMatchObject({ status: "failed", jobs: [{ status: "failed", outputs: {} }] });
    expect(run.jobs[0]?.reason).toMatch(/\$GAIA_OUTPUT takes 1000002 bytes, more than the limit of 1000000/);
  });

  test("as one of the outputs, too", async () => {
    const command = "printf v= > $GAIA_OUTPUT; head -c 200000 /dev/zero | tr '\\0' x >> $GAIA_OUTPUT";
    const run = await gaia.run(workflow("output", task("a", command)));
    expect(run.jobs[0]?.reason).toContain(
      'the value of "v" takes 200000 bytes, more than the limit of 100000',
    );
    expect(run.jobs[0]?.reason).toContain("$GAIA_ARTIFACTS");
  });

  test("as an input is refused before the run starts", async () => {
    const definition = `inputs: {text: {type: textarea}}\n${workflow("input", task("a", 'echo "${inputs.text}"'))}`;
    const reply = await gaia.post("/api/v1/runs", { definition, inputs: { text: "x".repeat(1_000_000) } });
    expect([reply.status, reply.json.error.code]).toEqual([400, "invalid_input"]);
    expect(reply.json.error.message).toContain("text");
    expect(reply.json.error.message).toContain("100000");
    gaia.write("value.txt", "x".repeat(1_000_000));
    const end = await gaia.runFile(definition, "--input", "text=@value.txt");
    expect(end).toMatchObject({ status: 2, stdout: "" });
    expect(end.stderr).toContain("100000");
  });

  test("as a growth fragment fails the task", async () => {
    const run = await gaia.run(
      workflow("growth", task("a", `${MEGABYTE} > $GAIA_GRAPH; echo >> $GAIA_GRAPH`)),
    );
    expect(run.jobs[0]).toMatchObject({
      status: "failed",
      reason: expect.stringContaining("$GAIA_GRAPH takes 1000001 bytes, more than the limit of 1000000"),
    });
  });

  test("as a summary fails the task", async () => {
    const run = await gaia.run(
      workflow("summary", task("a", `${MEGABYTE} > $GAIA_SUMMARY; echo >> $GAIA_SUMMARY`)),
    );
    expect(run.jobs[0]?.reason).toContain("$GAIA_SUMMARY takes 1000001 bytes");
  });
});

describe("a log", () => {
  test("of 10 MB without a newline is kept whole", async () => {
    const run = await gaia.run(workflow("line", task("a", "head -c 10000000 /dev/zero | tr '\\0' x")));
    expect(run.status).toBe("completed");
    const log = await gaia.log(run.id, "a");
    expect([log.length, log.every((byte) => byte === 0x78)]).toEqual([10_000_000, true]);
    const end = await gaia.gaia("logs", run.id, "a");
    expect([end.status, end.stdout.length]).toEqual([0, 10_000_000]);
    const tail = await gaia.gaia("logs", run.id, "a", "--tail", "1", "--json");
    expect(tail.status).toBe(0);
    JSON.parse(tail.stdout);
  });

  test("of bytes that are no text is kept byte for byte", async () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, n) => (n * 131 + (n >> 8)) % 256));
    gaia.write("bytes", bytes);
    const run = await gaia.run(workflow("binary", task("a", "cat bytes")));
    expect(run.status).toBe("completed");
    expect((await gaia.log(run.id, "a")).equals(bytes)).toBe(true);
    // A terminal is never written to by a log: neither through the progress nor through the last lines.
    const failed = await gaia.runFile(workflow("binary", task("a", "cat bytes; exit 1")));
    expect(failed.status).toBe(1);
    // oxlint-disable-next-line no-control-regex -- these are what is looked for
    expect(failed.stderr).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f]/);
  });

  // A task prints the 300 MB in a fraction of a second: the limit holds while it prints, not afterwards.
  const PRINT = "head -c 300000000 /dev/zero | tr '\\0' '\\n'; echo the end";

  test("past its limit keeps its beginning and its end with `overflow: drop`", async () => {
    const log = { max: "10MB", overflow: "drop" };
    const run = await gaia.run(workflow("drop", task("a", `echo the beginning; ${PRINT}`, { log })));
    expect(run).toMatchObject({ status: "completed" });
    const text = (await gaia.log(run.id, "a")).toString();
    expect(text.length).toBeLessThan(11_000_000);
    expect(text.startsWith("the beginning\n")).toBe(true);
    expect(text.endsWith("the end\n")).toBe(true);
    expect(text).toMatch(/dropped|left out|omitted/);
  });

  test.each([
    ["while it prints", PRINT],
    ["when it has ended before anybody looked", "head -c 11000000 /dev/zero"],
  ])("past its limit ends the task with `overflow: fail` %s, and says so", async (_when, command) => {
    const log = { max: "10MB", overflow: "fail" };
    const run = await gaia.run(workflow("fail", task("a", command, { log })));
    expect(run).toMatchObject({ status: "failed", jobs: [{ status: "failed" }] });
    expect(run.jobs[0]?.reason).toContain("its log is past its limit of 10000000 bytes; print less");
    expect((await gaia.job(run.id, "a")).attempts[0]?.outcome).toBe("limit");
  });
});

describe("a graph that is too large", () => {
  test("because of its matrix is refused before the run starts", async () => {
    const axis = Array.from({ length: 400 }, (_, n) => n);
    const definition = workflow("matrix", task("a", "echo ${matrix.x}", { matrix: { x: axis, y: axis } }));
    const reply = await gaia.post("/api/v1/runs", { definition });
    expect(reply.status).toBe(400);
    expect(reply.text).toContain("160000");
  });

  test("because of the items of a for_each fails that task", async () => {
    const list = "node -e 'console.log(JSON.stringify({list: Array(30000).fill(1)}))' > $GAIA_OUTPUT";
    const run = await gaia.run(
      workflow(
        "items",
        task("plan", list),
        task("each", "echo ${item}", { for_each: "tasks.plan.outputs.list", dependencies: ["plan"] }),
      ),
      { environment: { PATH: process.env["PATH"] ?? "" } },
    );
    expect(run.status).toBe("failed");
    expect(run.jobs.find(({ key }) => key === "each")).toMatchObject({ status: "failed" });
  });
});
