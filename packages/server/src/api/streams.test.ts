import { event, job, LIMITS, run, runDetail } from "@gaia/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { feedCursor, runCursor } from "./cursors.ts";
import { Listening } from "./testing/client.ts";
import { endedRun, startRun } from "./testing/runs.ts";
import type { ScriptedWorker } from "./testing/scripted-worker.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { until } from "./testing/until.ts";

const CHAIN =
  "name: chain\ntasks:\n  - id: one\n    command: one\n  - id: two\n    command: two\n    dependencies: [one]\n";

let server: TestServer;
let worker: ScriptedWorker;

beforeAll(async () => {
  server = await startTestServer();
  worker = await server.worker();
});
afterAll(() => server.close());

/** A run whose tasks wait for the test. */
async function heldRun(definition = CHAIN): Promise<string> {
  worker.act = (assignment, by) => by.start(assignment);
  const id = await startRun(server, definition);
  await until(async () => (await server.ask(`/api/v1/runs/${id}`)).json.counts.running === 1, "a task runs");
  return id;
}

async function finish(id: string, key: string): Promise<void> {
  const assignment = await until(
    () => worker.assignments.find((one) => one.key === key && one.name.run === id),
    `${key} is assigned`,
  );
  worker.succeed(assignment);
}

describe("the stream of a run", () => {
  test("starts with a snapshot, tells every event once and in order, and ends", async () => {
    const id = await heldRun();
    const stream = await server.listen(`/api/v1/runs/${id}/stream`);
    const snapshot = await stream.first("snapshot");
    expect(runDetail.parse(snapshot.data)).toMatchObject({ id, status: "running" });
    expect(snapshot.id).toBe(snapshot.data.cursor);
    await finish(id, "one");
    await finish(id, "two");
    expect(await stream.end()).toBe("closed");
    expect(stream.messages.at(-1)).toMatchObject({ event: "end", data: { status: "completed" } });
    const events = stream.of("event").map((message) => event.parse(message.data));
    const stored = (await server.ask(`/api/v1/runs/${id}/events?after=${snapshot.id}&limit=500`)).json.items;
    expect(events).toEqual(stored);
    expect(stream.of("event").map((message) => message.id)).toEqual(
      stored.map((item: { cursor: string }) => item.cursor),
    );
    const states = stream.of("job").map((message) => job.parse(message.data));
    expect(states.filter(({ key }) => key === "two").at(-1)).toMatchObject({ status: "completed" });
    expect(run.parse(stream.of("run").at(-1)?.data)).toMatchObject({ status: "completed" });
  });

  test("of an ended run is a snapshot and its end", async () => {
    worker.act = (assignment, by) => by.succeed(assignment);
    const id = await startRun(server, CHAIN);
    await endedRun(server, id);
    const stream = await server.listen(`/api/v1/runs/${id}/stream`);
    expect(await stream.end()).toBe("closed");
    expect(stream.messages.map((message) => message.event)).toEqual(["snapshot", "run", "end"]);
  });

  test("resumes behind a cursor without loss or repetition", async () => {
    const id = await heldRun();
    const first = await server.listen(`/api/v1/runs/${id}/stream`);
    const { id: cursor } = await first.first("snapshot");
    first.stop();
    await finish(id, "one");
    await until(
      async () => (await server.ask(`/api/v1/runs/${id}`)).json.counts.completed === 1,
      "one is done",
    );
    const second = await server.listen(`/api/v1/runs/${id}/stream`, { "last-event-id": String(cursor) });
    await second.first("event", (message) => message.data.kind === "job.ended");
    const last = second.messages.findLast((message) => message.id !== null)?.id;
    second.stop();
    await finish(id, "two");
    await endedRun(server, id);
    const third = await server.listen(`/api/v1/runs/${id}/stream?after=${last}`);
    await third.end();
    expect([second, third].flatMap((stream) => stream.of("snapshot"))).toEqual([]);
    const seqs = [...second.of("event"), ...third.of("event")].map((message) => message.data.seq);
    const stored = (await server.ask(`/api/v1/runs/${id}/events?after=${cursor}&limit=500`)).json.items;
    expect(seqs).toEqual(stored.map((item: { seq: number }) => item.seq));
    expect(third.of("job").map((message) => [message.data.key, message.data.status])).toContainEqual([
      "two",
      "completed",
    ]);
  });

  test("resets when the cursor is of another run, ahead of it, or none", async () => {
    worker.act = (assignment, by) => by.succeed(assignment);
    const id = await startRun(server, CHAIN);
    await endedRun(server, id);
    for (const cursor of ["nonsense", runCursor("run_other", 3), runCursor(id, 10_000)]) {
      const stream = await server.listen(`/api/v1/runs/${id}/stream`, { "last-event-id": cursor });
      await stream.end();
      expect(stream.messages.map((message) => message.event)).toEqual(["reset", "snapshot", "run", "end"]);
    }
  });

  test("shows the newest state of a job that changes often, and counts its group along", async () => {
    const definition = "name: many\ntasks:\n  - id: all\n    command: x\n    for_each: [a, b, c, d, e, f]\n";
    const id = await startRunHeld(definition);
    const stream = await server.listen(`/api/v1/runs/${id}/stream`);
    await stream.first("snapshot");
    const assignments = await until(() => {
      const own = worker.assignments.filter(({ name }) => name.run === id);
      return own.length === 6 ? own : null;
    }, "all members are assigned");
    for (const assignment of assignments) worker.succeed(assignment);
    await stream.end();
    const group = stream
      .of("job")
      .map((message) => message.data)
      .filter(({ key }) => key === "all");
    expect(group.at(-1)).toMatchObject({ status: "completed" });
    expect(stream.of("job").length).toBeLessThan(stream.of("event").length);
  });

  test("tells when the reason of a waiting job changes by itself", async () => {
    const id = await startRunHeld("name: gpu\ntasks:\n  - id: train\n    command: x\n    tags: [gpu]\n");
    const stream = await server.listen(`/api/v1/runs/${id}/stream`);
    await stream.first(
      "snapshot",
      ({ data }) => data.jobs[0].reason === "no worker with tag `gpu` is connected",
    );
    const second = await server.worker({ id: "wrk_gpu", name: "gpu-box", tags: ["gpu"], slots: 0 });
    await stream.first(
      "job",
      ({ data }) => data.reason === "waits for a free slot: the workers that could take it have none",
    );
    second.disconnect();
    await stream.first("job", ({ data }) => data.reason === "no worker with tag `gpu` is connected");
    await server.post(`/api/v1/runs/${id}/stop`);
    await stream.end();
  });

  test("is reset for a client that takes nothing, and goes on when it does", async () => {
    const definition = `name: wide\ntasks:\n${Array.from({ length: 2_000 }, (_, index) => `  - { id: t${index}, command: "x" }\n`).join("")}`;
    const id = await startRunHeld(definition);
    const stream = await server.listen(`/api/v1/runs/${id}/stream`);
    stream.response.pause();
    worker.act = (assignment, by) => by.succeed(assignment);
    for (const assignment of worker.assignments.filter(({ name }) => name.run === id))
      worker.succeed(assignment);
    await endedRun(server, id);
    stream.response.resume();
    await stream.end();
    const kinds = stream.messages.map((message) => message.event);
    expect(kinds.indexOf("reset")).toBeGreaterThan(0);
    expect(kinds.slice(kinds.indexOf("reset"))).toEqual(["reset", "snapshot", "run", "end"]);
    expect(stream.of("snapshot").at(-1)?.data).toMatchObject({ status: "completed", jobs_total: 2_000 });
    const seqs = stream.of("event").map((message) => message.data.seq);
    expect(seqs.every((seq, index) => index === 0 || seq === seqs[index - 1] + 1)).toBe(true);
    expect(seqs.length).toBeLessThan(LIMITS.eventStreamBacklog);
  });
});

describe("the stream of all runs", () => {
  test("tells of runs and notes, and resumes", async () => {
    worker.act = (assignment, by) => by.succeed(assignment);
    const stream = await server.listen("/api/v1/events");
    const ready = await stream.first("ready");
    const id = await startRun(server, CHAIN.replace("chain", "feed"));
    await stream.first("run", ({ data }) => data.id === id && data.status === "completed");
    expect((await stream.first("note")).data).toMatchObject({ kind: "pipeline.saved", subject: "feed" });
    stream.stop();
    const other = await startRun(server, CHAIN.replace("chain", "feed"));
    await endedRun(server, other);
    const again = await server.listen("/api/v1/events", { "last-event-id": String(ready.id) });
    await again.first("run", ({ data }) => data.id === other && data.status === "completed");
    expect(again.of("note").length).toBe(1);
    again.stop();
  });

  test("resets when the cursor is not kept", async () => {
    for (const cursor of ["nonsense", feedCursor("default", 999_999_999), feedCursor("elsewhere", 1)]) {
      const stream = await server.listen(`/api/v1/events?after=${cursor}`);
      await stream.first("reset");
      stream.stop();
    }
  });
});

describe("streams", () => {
  test("are ended in good order when the server closes, and forgotten when clients leave", async () => {
    const own = await startTestServer();
    const left = await own.listen("/api/v1/events");
    const stays = await own.listen("/api/v1/events");
    await until(() => own.api.streams === 2, "both are open");
    left.stop();
    await until(() => own.api.streams === 1, "one has left");
    expect(own.engine.hub.listeners).toBe(2); // the stream that stays, and the metrics
    await own.close();
    expect(await stays.end()).toBe("closed");
  });

  test("are limited", async () => {
    const own = await startTestServer();
    const open: Listening[] = [];
    for (let count = 0; count < LIMITS.eventStreams; count++) open.push(await own.listen("/api/v1/events"));
    const reply = await own.ask("/api/v1/events");
    expect([reply.status, reply.json.error.code, reply.headers["retry-after"]]).toEqual([
      429,
      "queue_full",
      "1",
    ]);
    for (const stream of open) stream.stop();
    await own.close();
  });
});

async function startRunHeld(definition: string): Promise<string> {
  worker.act = (assignment, by) => by.start(assignment);
  return startRun(server, definition);
}
