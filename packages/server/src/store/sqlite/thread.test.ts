import { afterEach, describe, expect, it } from "vitest";

import { expectRefusal } from "../suite/fixture.ts";
import { startThread, startThreadWhenNeeded, type Thread } from "./thread.ts";

interface Echo {
  echo(text: string): string;
  silent(argument: undefined): never;
  die(argument: undefined): never;
}

/** Answers `echo`, never answers `silent`, ends at `die`, and sends back what is posted. */
const ENTRY = new URL(
  `data:text/javascript,${encodeURIComponent(`
  import { parentPort } from "node:worker_threads";
  parentPort.on("message", (message) => {
    if (message.kind === "posted") parentPort.postMessage(message);
    else if (message.name === "die") throw new Error("out of luck");
    else if (message.name === "echo") parentPort.postMessage({ kind: "answer", id: message.id, value: message.argument });
  });`)}`,
);

describe("a thread", () => {
  const threads: { end(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const thread of threads.splice(0)) await thread.end();
  });

  function start(onDeath: () => void, onPosted: (body: unknown) => void = () => {}): Thread<Echo> {
    const thread = startThread<Echo>({ entry: ENTRY, name: "echo", onDeath, onPosted });
    threads.push(thread);
    return thread;
  }

  it("answers calls, and sends back what is posted", async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const thread = start(() => {}, resolve);
    expect(await Promise.all([thread.call("echo", "a"), thread.call("echo", "b")])).toEqual(["a", "b"]);
    thread.post(["c"]);
    expect(await promise).toEqual(["c"]);
  });

  it("that dies refuses what was open and what comes later, and says so once", async () => {
    let deaths = 0;
    const thread = start(() => (deaths += 1));
    const open = expectRefusal(
      thread.call("silent", undefined),
      "storage_failed",
      /"echo".*ended unexpectedly.*Restart/,
    );
    await expectRefusal(thread.call("die", undefined), "storage_failed");
    await open;
    await expectRefusal(thread.call("echo", "a"), "storage_failed");
    expect(() => thread.post(1)).toThrow(/ended unexpectedly/);
    await thread.end();
    expect(deaths).toBe(1);
  });

  it("that is ended refuses what was open, without a death", async () => {
    let deaths = 0;
    const thread = start(() => (deaths += 1));
    const open = expectRefusal(thread.call("silent", undefined), "unavailable");
    await thread.end();
    await open;
    expect(deaths).toBe(0);
  });

  it("that is started when needed starts once, and again after its death", async () => {
    let starts = 0;
    const thread = startThreadWhenNeeded<Echo>(async (onDeath) => {
      starts += 1;
      return start(onDeath);
    });
    expect(starts).toBe(0);
    expect(await Promise.all([thread.call("echo", "a"), thread.call("echo", "b")])).toEqual(["a", "b"]);
    expect(starts).toBe(1);
    await expectRefusal(thread.call("die", undefined), "storage_failed");
    expect(await thread.call("echo", "c")).toBe("c");
    expect(starts).toBe(2);
    await thread.end();
    await expectRefusal(thread.call("echo", "d"), "unavailable");
  });
});
