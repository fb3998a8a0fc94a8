import { type Assignment, LIMITS } from "@gaia/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endedRun, startRun } from "./testing/runs.ts";
import type { ScriptedWorker } from "./testing/scripted-worker.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { until } from "./testing/until.ts";

const ONE =
  "name: one\ntasks:\n  - id: say\n    command: echo\n    tags: [there]\n    retry: { attempts: 2, initial: 10ms, jitter: 0 }\n";

let server: TestServer;
let worker: ScriptedWorker;

beforeAll(async () => {
  server = await startTestServer();
  worker = await server.worker({ id: "wrk_there", name: "there", tags: ["there"], isElsewhere: true });
});
afterAll(() => server.close());

interface Running {
  readonly id: string;
  readonly assignment: Assignment;
  readonly path: string;
}

/** A run whose task is in the hands of the test. */
async function running(by = worker): Promise<Running> {
  by.act = (assignment) => by.start(assignment);
  const id = await startRun(server, ONE);
  const assignment = await until(
    () => by.assignments.find(({ name }) => name.run === id),
    "the task is assigned",
  );
  return { id, assignment, path: `/api/v1/runs/${id}/jobs/say/log` };
}

describe("the files of a worker of another home", () => {
  test("are read as those of the local worker: by range, by tail, and while they grow", async () => {
    const { id, assignment, path } = await running();
    expect(await worker.sendFile(assignment, "first\n", { last: false })).toMatchObject({
      offset: 6,
      complete: false,
      code: "",
    });
    const stream = await server.listen(`${path}?follow=1`);
    await stream.first("log");
    expect((await server.ask(`${path}?tail=3`)).text).toBe("st\n");
    const first = await server.ask({ path, headers: { range: "bytes=1-2" } });
    expect([first.status, first.text, first.headers["x-gaia-log-ended"]]).toEqual([206, "ir", "false"]);
    await worker.sendFile(assignment, "first\nsecond\n");
    await worker.sendFile(assignment, "# Seen", { file: "summary" });
    await worker.sendFile(assignment, "kept", { file: "artifacts/a/b.txt" });
    worker.succeed(assignment);
    expect(await endedRun(server, id)).toMatchObject({ status: "completed" });
    await stream.first("end");
    expect(
      stream
        .of("log")
        .map(({ data }) => data.text)
        .join(""),
    ).toBe("first\nsecond\n");
    stream.stop();
    const whole = await server.ask(path);
    expect([whole.text, whole.headers["x-gaia-log-ended"]]).toEqual(["first\nsecond\n", "true"]);
    const { json } = await server.ask(`/api/v1/runs/${id}/jobs/say`);
    expect(json.summary).toBe("# Seen");
    expect(json.artifacts).toMatchObject([{ path: "a/b.txt", size_bytes: 4 }]);
    expect((await server.ask(`/api/v1/runs/${id}/jobs/say/artifacts/a/b.txt`)).text).toBe("kept");
  });

  test("are taken of the attempts that it holds, and of no other", async () => {
    const { id, assignment } = await running();
    const other = await server.worker({ id: "wrk_other", name: "other", tags: ["o"], isElsewhere: true });
    const local = await server.worker({ id: "wrk_local" });
    const { name } = assignment;
    const tries: readonly (readonly [ScriptedWorker, Assignment["name"]])[] = [
      [worker, { ...name, run: "run_foreign" }],
      [worker, { ...name, run: "../../secrets" }],
      [worker, { ...name, job: 7 }],
      [worker, { ...name, attempt: 2 }],
      [worker, { ...name, token: name.token + 1 }],
      [other, name],
      [local, name],
    ];
    for (const [by, named] of tries) {
      expect(await by.sendFile({ name: named }, "evil")).toMatchObject({ code: "forbidden", retry: false });
    }
    worker.fail(assignment);
    const second = await until(
      () => worker.assignments.find(({ name }) => name.run === id && name.attempt === 2),
      "the second attempt",
    );
    expect(await worker.sendFile(assignment, "late")).toMatchObject({ code: "forbidden" });
    expect(await worker.sendFile(second, "second")).toMatchObject({ code: "", complete: true });
    worker.succeed(second);
    await endedRun(server, id);
    expect(await worker.sendFile(second, "secondly")).toMatchObject({ code: "forbidden" });
    const log = `/api/v1/runs/${id}/jobs/say/log`;
    expect((await server.ask(`${log}?attempt=1`)).text).toBe("");
    expect((await server.ask(log)).text).toBe("second");
  });

  test("are not taken of a worker that writes into this home itself", async () => {
    const here = await server.worker({ id: "wrk_here", tags: ["here"] });
    here.act = (assignment) => here.start(assignment);
    const id = await startRun(server, ONE.replace("there", "here"));
    const assignment = await here.taken("say");
    here.print(assignment, "its own");
    expect(await here.sendFile(assignment, "sent twice")).toMatchObject({ code: "forbidden" });
    here.succeed(assignment);
    await endedRun(server, id);
    expect((await server.ask(`/api/v1/runs/${id}/jobs/say/log`)).text).toBe("its own");
  });

  test("are refused, with a code that says why, when they are none", async () => {
    const { id, assignment } = await running();
    const huge = Buffer.alloc(LIMITS.fileChunkBytes + 1);
    expect(await worker.sendFile(assignment, huge)).toMatchObject({ code: "too_large", retry: false });
    expect(await worker.sendFile(assignment, "x", { offset: -1 })).toMatchObject({
      code: "invalid_request",
      retry: false,
    });
    expect(await worker.sendFile(assignment, "x", { file: "artifacts/../../x" })).toMatchObject({
      code: "invalid_request",
    });
    expect(await worker.sendFile(assignment, "x", { offset: 5 })).toMatchObject({ code: "", offset: 0 });
    worker.succeed(assignment);
    expect(await endedRun(server, id)).toMatchObject({ status: "completed" });
  });

  test("do not fill the server's memory: who sends more than may wait is sent away", async () => {
    const flooding = await server.worker({ id: "wrk_flood", tags: ["there"], isElsewhere: true });
    worker.disconnect();
    const { id, assignment } = await running(flooding);
    flooding.flood(assignment, 17, LIMITS.fileChunkBytes);
    expect(flooding.isOpen).toBe(false);
    expect(flooding.refusals).toMatchObject([{ code: "queue_full" }]);
    expect(server.logged.map(({ fields }) => fields["reason"])).toContain(
      "it sends more than it may before it is acknowledged",
    );
    await server.post(`/api/v1/runs/${id}/stop`, { force: true });
  });
});
