import type { AttemptView, ExitedMessage, StartedMessage } from "@gaia/launcher";
import { describe, expect, it } from "vitest";
import { AttemptLedger } from "./attempt-ledger.ts";
import type { ProcessSpec } from "./port.ts";

describe("the ledger of attempts", () => {
  it("makes each start and each end known once", () => {
    const ledger = connectedLedger();
    expect(ledger.start(spec("a"), true)).toMatchObject({ kind: "start", attempt: "a" });
    expect(ledger.start(spec("a"), true)).toBeNull();
    expect(ledger.started(started("a"))).toEqual(started("a"));
    expect(ledger.started(started("a"))).toBeNull();
    expect(ledger.exited(exited("a"))).toEqual(exited("a"));
    expect(ledger.exited(exited("a"))).toBeNull();
    expect(ledger.started(started("a"))).toBeNull();
  });

  it("asks the same launcher again for what it may not have heard of", () => {
    const ledger = connectedLedger();
    ledger.start(spec("heard"), true);
    ledger.start(spec("unheard"), true);
    ledger.stop({ kind: "stop", attempt: "unheard", signal: "SIGTERM", graceMs: 5 });
    const news = ledger.connected("one", [running("heard")]);
    expect(news.started).toEqual([started("heard")]);
    expect(news.exited).toEqual([]);
    expect(news.messages).toEqual([
      { kind: "start", ...spec("unheard") },
      { kind: "stop", attempt: "unheard", signal: "SIGTERM", graceMs: 5 },
    ]);
    expect(ledger.exited(refused("unheard"))).toEqual(refused("unheard"));
  });

  it("tells what ended while nothing was connected", () => {
    const ledger = connectedLedger();
    ledger.start(spec("a"), true);
    expect(ledger.connected("one", [ended("a")])).toMatchObject({
      started: [started("a")],
      exited: [exited("a")],
      messages: [],
    });
  });

  it("gives up for lost what ran under a launcher that died, and starts again what had waited", () => {
    const ledger = connectedLedger();
    for (const attempt of ["ran", "waited", "unsent"]) ledger.start(spec(attempt), attempt !== "unsent");
    ledger.started(started("ran"));
    const news = ledger.connected("two", []);
    expect(news.exited).toMatchObject([{ attempt: "ran", lost: true, code: null }]);
    expect(news.messages).toEqual([
      { kind: "start", ...spec("waited") },
      { kind: "start", ...spec("unsent") },
    ]);
    // Its log exists: the dead launcher had started it, and could not tell.
    const lost = ledger.exited(refused("waited"));
    expect(lost).toMatchObject({ attempt: "waited", lost: true });
    expect(lost?.refused).toBeUndefined();
    // Nobody else can have created that log; the refusal stands.
    expect(ledger.exited(refused("unsent"))).toEqual(refused("unsent"));
  });

  it("leaves the attempts of former workers to `list`, and tells what becomes of them", () => {
    const ledger = new AttemptLedger();
    const news = ledger.connected("one", [running("runs"), ended("ended")]);
    expect(news).toEqual({ started: [], exited: [], messages: [] });
    expect(ledger.exited(exited("runs"))).toEqual(exited("runs"));
    expect(ledger.exited(exited("ended"))).toBeNull();
    expect(ledger.connected("two", []).exited).toEqual([]);
  });

  it("forgets again what the launcher did not hear was forgotten", () => {
    const ledger = connectedLedger();
    ledger.start(spec("a"), true);
    ledger.exited(exited("a"));
    ledger.forget(["a"]);
    const news = ledger.connected("one", [ended("a")]);
    expect(news).toEqual({ started: [], exited: [], messages: [{ kind: "forget", attempts: ["a"] }] });
  });
});

function connectedLedger(): AttemptLedger {
  const ledger = new AttemptLedger();
  ledger.connected("one", []);
  return ledger;
}

function spec(attempt: string): ProcessSpec {
  return { attempt, argv: ["true"], env: {}, cwd: "/", logPath: `/logs/${attempt}`, meta: null };
}

function started(attempt: string): StartedMessage {
  return { kind: "started", attempt, pid: 2, startTime: 3, atMs: 4, means: "subreaper" };
}

function exited(attempt: string): ExitedMessage {
  return {
    kind: "exited",
    attempt,
    code: 0,
    signal: null,
    atMs: 5,
    usage: { wallMs: 1, userMs: 1, systemMs: 1, maxRssBytes: null },
    survivors: [],
    stopMeans: "subreaper",
  };
}

function refused(attempt: string): ExitedMessage {
  return { ...exited(attempt), code: null, refused: { code: "log_exists", message: "the log exists" } };
}

function running(attempt: string): AttemptView {
  return { attempt, state: "running", meta: null, logPath: `/logs/${attempt}`, started: started(attempt) };
}

function ended(attempt: string): AttemptView {
  return { ...running(attempt), state: "exited", exited: exited(attempt) };
}
