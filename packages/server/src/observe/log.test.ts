import { GaiaError } from "@gaia/contracts";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LOG_TOPICS, openLog } from "./log.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gaia-log-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the server's log", () => {
  test("is one JSON object a line, from its level on, with the errors' causes", () => {
    const log = openLog({ file: join(folder, "server.log"), level: "info", maxBytes: 1_000_000 });
    log.debug({ a: 1 }, "not written");
    log.info({ worker: "local" }, "written");
    log.error({ err: new GaiaError("storage_full", "Full.", {}, { cause: new Error("ENOSPC") }) }, "failed");
    log.close();
    const lines = readFileSync(join(folder, "server.log"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { level: "info", worker: "local", msg: "written", time: expect.stringMatching(/^\d{4}-.*Z$/) },
      {
        level: "error",
        msg: "failed",
        err: { code: "storage_full", message: "Full.", cause: { message: "ENOSPC" } },
      },
    ]);
    expect(statSync(join(folder, "server.log")).mode & 0o777).toBe(0o600);
  });

  test("leaves what is about a session, a service, an agent or a run to their logs, and to them alone", () => {
    const log = openLog({ file: join(folder, "server.log"), level: "info", maxBytes: 1_000_000 });
    log.info({}, "server");
    log.debug({ run: "run_1" }, "not written");
    log.warn({ run: "run_1", job: 1 }, "run");
    log.info({ trigger: "t" }, "trigger");
    log.info({ definition: "a.yaml" }, "definition");
    log.info({ session: "s" }, "session");
    log.info({ service: "api" }, "service");
    log.info({ agent: "claude", run: "run_1" }, "agent");
    log.close();
    const messages = Object.fromEntries(
      readdirSync(folder).map((name) => [
        name,
        readFileSync(join(folder, name), "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line).msg),
      ]),
    );
    expect(messages).toEqual({
      "server.log": ["server"],
      "workflows.log": ["run", "trigger", "definition"],
      "sessions.log": ["session"],
      "services.log": ["service"],
      "agents.log": ["agent"],
    });
    expect(Object.keys(messages).toSorted()).toEqual(
      ["server.log", ...LOG_TOPICS.map((topic) => `${topic}.log`)].toSorted(),
    );
  });

  test("moves away at its size, keeps four old files, and loses no line between them", async () => {
    const log = openLog({ file: join(folder, "server.log"), level: "info", maxBytes: 2_000 });
    for (let number = 0; number < 200; number++) {
      log.info({ number }, "line");
      await new Promise(setImmediate);
    }
    log.close();
    const files = readdirSync(folder).toSorted();
    expect(files).toEqual(["server.log", "server.log.1", "server.log.2", "server.log.3", "server.log.4"]);
    const numbers = ["server.log.4", "server.log.3", "server.log.2", "server.log.1", "server.log"].flatMap(
      (file) =>
        readFileSync(join(folder, file), "utf8")
          .trim()
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line).number),
    );
    expect(numbers).toEqual(Array.from(numbers, (_, index) => numbers[0] + index));
    expect(numbers.at(-1)).toBe(199);
    for (const file of files) expect(statSync(join(folder, file)).size).toBeLessThanOrEqual(2_000);
  });
});
