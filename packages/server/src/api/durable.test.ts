import { GaiaError } from "@gaia/contracts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Commit, Committed } from "../store/port.ts";
import { startRun } from "./testing/runs.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { until } from "./testing/until.ts";

/** What is shown is on the disk: a commit that hangs holds answers back, one that fails leaves the former state. */

const ASK = "name: ask\ntasks:\n  - id: gate\n    type: approval\n    prompt: Go?\n";

const TWO = `${ASK}  - id: last\n    type: approval\n    prompt: Sure?\n    dependencies: [gate]\n`;

let server: TestServer;
let commit: (commit: Commit) => Promise<Committed>;

beforeEach(async () => {
  server = await startTestServer();
  commit = server.store.commit.bind(server.store);
});
afterEach(async () => {
  Object.assign(server.store, { commit });
  await server.close();
});

describe("a run", () => {
  test("is not shown as what it becomes before that is durable", async () => {
    const id = await startRun(server, ASK);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let begun = false;
    Object.assign(server.store, {
      commit: async (what: Commit) => {
        begun = true;
        await released;
        return commit(what);
      },
    });
    const stream = await server.listen(`/api/v1/runs/${id}/stream`);
    await stream.first("snapshot");
    const decided = server.post(`/api/v1/runs/${id}/jobs/gate/approve`);
    await until(() => begun, "the commit begins");
    expect(server.engine.live.get(id)?.run.header.status).toBe("completed"); // memory is ahead
    let isDurable = false;
    const read = server.ask(`/api/v1/runs/${id}`).then(({ json }) => [json.status, isDurable]);
    const listed = (await server.ask("/api/v1/runs")).json.items[0].status;
    expect([listed, stream.of("run").length]).toEqual(["running", 0]);
    isDurable = true;
    release();
    expect(await read).toEqual(["completed", true]);
    expect((await decided).json.status).toBe("completed");
    await stream.end();
  });

  test("whose stream is opened while it changes tells what the snapshot has not, and nothing twice", async () => {
    const id = await startRun(server, TWO);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let begun = false;
    Object.assign(server.store, {
      commit: async (what: Commit) => {
        begun = true;
        await released;
        return commit(what);
      },
    });
    const first = server.post(`/api/v1/runs/${id}/jobs/gate/approve`);
    await until(() => begun, "the commit begins");
    const stream = await server.listen(`/api/v1/runs/${id}/stream`);
    await until(() => server.engine.inboxSize === 1, "the stream waits for the commit");
    // Decided in the same batch as the snapshot, behind it.
    const actor = { kind: "user", id: "local", via: "test" } as const;
    const second = server.engine.input(
      id,
      (at) => ({ kind: "decide", job: 1, at, approve: true, by: "local", comment: "" }),
      actor,
    );
    await until(() => server.engine.inboxSize === 2, "the second decision waits as well");
    release();
    const snapshot = await stream.first("snapshot");
    expect(snapshot.data.jobs.map(({ status }: { status: string }) => status)).toEqual([
      "completed",
      "waiting",
    ]);
    await Promise.all([first, second]);
    await stream.end();
    const behind = (await server.ask(`/api/v1/runs/${id}/events?after=${snapshot.id}`)).json.items;
    expect(stream.of("event").map(({ data }) => data.seq)).toEqual(
      behind.map(({ seq }: { seq: number }) => seq),
    );
  });

  test("stays what it was when that could not be written, and says so to who asked", async () => {
    const id = await startRun(server, ASK);
    Object.assign(server.store, {
      commit: () => Promise.reject(new GaiaError("storage_full", "The disk is full.")),
    });
    const refused = await server.post(`/api/v1/runs/${id}/jobs/gate/approve`);
    expect([refused.status, refused.json.error.code]).toEqual([503, "storage_full"]);
    expect((await server.ask(`/api/v1/runs/${id}`)).json).toMatchObject({
      status: "running",
      counts: { waiting: 1 },
    });
    Object.assign(server.store, { commit });
    const ready = (await server.ask("/ready")).json;
    expect(ready).toMatchObject({
      status: "ready",
      checks: [{}, { name: "store", ok: true, message: expect.stringContaining("The disk is full.") }, {}],
    });
    const { database } = (await server.ask("/api/v1/system")).json;
    expect(database.problem).toContain("The disk is full.");
    const decided = await until(async () => {
      const reply = await server.post(`/api/v1/runs/${id}/jobs/gate/approve`);
      return reply.status === 200 ? reply : null;
    }, "it is approved when the disk can be written");
    expect(decided.json.status).toBe("completed");
  });
});
