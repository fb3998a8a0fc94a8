import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { StatusTarget } from "../store/port.ts";
import { HeldServer } from "./testing/held-server.ts";

/** What is told when, with a forge that is a server of this machine, and time in the test's hand. */

const HOUR_MS = 3_600_000;
let forge: Server;
let gaia: HeldServer;
/** What the forge was told, the first first: the end of the commit's address, and the state. */
let told: string[];
/** Requests that wait for their answer. */
let held: (() => void)[];
let answer: { readonly status: number; readonly headers?: Readonly<Record<string, string>> };
let isHolding: boolean;

beforeEach(async () => {
  [told, held, answer, isHolding] = [[], [], { status: 201 }, false];
  forge = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { state } = JSON.parse(Buffer.concat(parts).toString());
      told.push(`${request.url?.slice(-1)} ${state}`);
      if (isHolding) held.push(() => reply(response));
      else reply(response);
    });
  });
  await new Promise<void>((resolve) => forge.listen(0, "127.0.0.1", resolve));
  gaia = new HeldServer();
  gaia.statuses.start();
});
afterEach(async () => {
  await gaia.statuses.close();
  forge.closeAllConnections();
  await new Promise((resolve) => forge.close(resolve));
});

function reply(response: ServerResponse): void {
  response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers }).end();
}

function releaseAll(): void {
  for (const release of held.splice(0)) release();
}

function target(given: Partial<StatusTarget> = {}): StatusTarget {
  const api = `http://127.0.0.1:${(forge.address() as AddressInfo).port}`;
  return { forge: "gitea", api, repository: "team/app", context: "gaia/ci", token: "TOKEN", ...given };
}

function until(holds: () => void): Promise<void> {
  return vi.waitFor(holds, { timeout: 20_000, interval: 5 });
}

const row = (run: string) => gaia.rows.get(run);

describe("a commit status", () => {
  test("is told at the beginning and at the end, and kept open as long as more can come", async () => {
    await gaia.begin("run_a", target());
    await until(() => expect(row("run_a")).toMatchObject({ told: { state: "pending" }, isOpen: true }));
    await gaia.end("run_a");
    await until(() => expect(row("run_a")).toMatchObject({ told: { state: "success" }, isOpen: false }));
    expect(told).toEqual(["c pending", "c success"]);
  });

  test("that is refused is tried again, more and more seldom, and as late as the forge wants", async () => {
    answer = { status: 500 };
    await gaia.begin("run_a", target());
    for (const wait of [5_000, 10_000, 20_000]) {
      await until(() => expect(gaia.clock.waits).toEqual([wait]));
      gaia.clock.pass(wait - 1);
      expect(gaia.clock.waits).toEqual([1]);
      gaia.clock.pass(1);
    }
    await until(() => expect(gaia.clock.waits).toEqual([40_000]));
    expect(told).toHaveLength(4);
    expect(gaia.statuses.problemOf("trg_1")?.message).toBe("Gitea answered 500");
    answer = { status: 429, headers: { "retry-after": "600" } };
    gaia.clock.pass(40_000);
    await until(() => expect(gaia.clock.waits).toEqual([600_000]));
    answer = { status: 201 };
    gaia.clock.pass(600_000);
    await until(() => expect(row("run_a")).toMatchObject({ told: { state: "pending" }, problem: "" }));
    expect(gaia.statuses.problemOf("trg_1")).toBeNull();
  });

  test("is tried once an hour at least, and given up after a day with a note that says why", async () => {
    answer = { status: 404 };
    await gaia.begin("run_a", target());
    await until(() => expect(gaia.clock.waits).toEqual([5_000]));
    let tries = 1;
    while (row("run_a")?.dropped === null) {
      const [wait = 0] = gaia.clock.waits;
      expect(wait).toBeLessThanOrEqual(HOUR_MS);
      gaia.clock.pass(wait);
      tries += 1;
      await until(() => {
        expect(told).toHaveLength(tries);
        expect(row("run_a")?.dropped === "given_up" || gaia.clock.waits.length === 1).toBe(true);
      });
    }
    expect(gaia.notes).toMatchObject([
      {
        kind: "status.failed",
        subject: "ci",
        body: { run: "run_a", state: "pending", message: expect.stringContaining("Gitea answered 404") },
      },
    ]);
    expect(gaia.clock.waits).toEqual([]);
    // The end is another state, with a day of its own.
    answer = { status: 201 };
    await gaia.end("run_a");
    await until(() => expect(row("run_a")).toMatchObject({ told: { state: "success" }, isOpen: false }));
  });

  test("waits for the one before it at the same commit, of which only the newest is told", async () => {
    isHolding = true;
    await gaia.begin("run_a", target());
    await until(() => expect(held).toHaveLength(1));
    await gaia.begin("run_b", target());
    await gaia.end("run_a");
    await gaia.end("run_b");
    expect(row("run_a")).toMatchObject({ state: "success", dropped: "superseded", isOpen: false });
    expect(told).toEqual(["c pending"]);
    isHolding = false;
    releaseAll();
    await until(() => expect(row("run_b")).toMatchObject({ told: { state: "success" }, isOpen: false }));
    expect(told).toEqual(["c pending", "c success"]);
    expect(row("run_a")).toMatchObject({ told: { state: "pending" }, dropped: "superseded", isOpen: false });
  });

  test.each([
    [201, { told: { state: "success" }, dropped: null }],
    [500, { told: { state: "pending" }, dropped: "superseded" }],
  ])("that is under way when another run begins is what the forge answers: %i", async (status, settled) => {
    await gaia.begin("run_a", target());
    await until(() => expect(row("run_a")?.told?.state).toBe("pending"));
    isHolding = true;
    await gaia.end("run_a");
    await until(() => expect(held).toHaveLength(1));
    await gaia.begin("run_b", target());
    answer = { status };
    releaseAll();
    await until(() => expect(held).toHaveLength(1));
    expect(row("run_a")).toMatchObject({ state: "success", isOpen: false, ...settled });
    [answer, isHolding] = [{ status: 201 }, false];
    releaseAll();
    await until(() => expect(row("run_b")).toMatchObject({ told: { state: "pending" }, isOpen: true }));
    expect(told).toEqual(["c pending", "c success", "c pending"]);
  });

  test("of another name or commit waits for nobody, but a forge takes two at once only", async () => {
    isHolding = true;
    await gaia.begin("run_a", target());
    await gaia.begin("run_b", target({ context: "other" }));
    await gaia.begin("run_c", target(), "d".repeat(40));
    await gaia.begin("run_d", target({ repository: "team/other" }));
    await until(() => expect(held).toHaveLength(2));
    expect(told).toEqual(["c pending", "c pending"]);
    isHolding = false;
    releaseAll();
    await until(() => expect(told).toHaveLength(4));
  });

  test("is not told before it is durable, and told again when that it was told is not", async () => {
    gaia.isFull = true;
    await expect(gaia.begin("run_a", target())).rejects.toThrow("full");
    gaia.isFull = false;
    await gaia.begin("run_b", target(), "d".repeat(40));
    await until(() => expect(row("run_b")?.told?.state).toBe("pending"));
    gaia.isFull = true;
    await expect(gaia.end("run_b")).rejects.toThrow("full");
    expect(told).toEqual(["d pending"]);
    gaia.isFull = false;
    isHolding = true;
    await gaia.end("run_b");
    await until(() => expect(held).toHaveLength(1));
    gaia.isFull = true;
    isHolding = false;
    releaseAll();
    await until(() => expect(gaia.clock.waits).toEqual([5_000]));
    gaia.isFull = false;
    gaia.clock.pass(5_000);
    await until(() => expect(row("run_b")).toMatchObject({ told: { state: "success" }, isOpen: false }));
    expect(told).toEqual(["d pending", "d success", "d success"]);
  });

  test("that a killed server left untold is told by the next, and the end of its run as well", async () => {
    answer = { status: 500 };
    await gaia.begin("run_a", target());
    await until(() => expect(row("run_a")?.problem).toBe("Gitea answered 500"));
    answer = { status: 201 };
    await gaia.restart();
    await until(() => expect(row("run_a")?.told?.state).toBe("pending"));
    await gaia.restart();
    await gaia.end("run_a");
    await until(() => expect(row("run_a")?.isOpen).toBe(false));
    expect(told).toEqual(["c pending", "c pending", "c success"]);
  });

  test("whose token is missing says so, and is told as soon as it is there", async () => {
    gaia.token = null;
    await gaia.begin("run_a", target());
    await until(() =>
      expect(row("run_a")?.problem).toBe("it needs the secret TOKEN, which the server does not have"),
    );
    expect(told).toEqual([]);
    await until(() => expect(gaia.clock.waits).toEqual([5_000]));
    gaia.token = "token\n";
    gaia.statuses.secretsChanged();
    gaia.clock.pass(0);
    await until(() => expect(row("run_a")?.told?.state).toBe("pending"));
  });

  test("whose token is changed while the old one is refused is told with the new one at once", async () => {
    [answer, isHolding] = [{ status: 401 }, true];
    await gaia.begin("run_a", target());
    await until(() => expect(held).toHaveLength(1));
    gaia.statuses.secretsChanged();
    gaia.clock.pass(0);
    releaseAll();
    await until(() => expect(held).toHaveLength(1));
    expect(gaia.clock.waits).toEqual([]);
    [answer, isHolding] = [{ status: 201 }, false];
    releaseAll();
    await until(() => expect(row("run_a")?.told?.state).toBe("pending"));
  });

  test("is tried often again after a secret is changed, however seldom it was tried before", async () => {
    answer = { status: 401 };
    await gaia.begin("run_a", target());
    for (const wait of [5_000, 10_000, 20_000]) {
      await until(() => expect(gaia.clock.waits).toEqual([wait]));
      gaia.clock.pass(wait);
    }
    await until(() => expect(gaia.clock.waits).toEqual([40_000]));
    gaia.statuses.secretsChanged();
    gaia.clock.pass(0);
    await until(() => expect(gaia.clock.waits).toEqual([5_000]));
  });
});
