import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { AttemptInput } from "./input.ts";
import type { AttemptOutput } from "./output.ts";
import { ending, exit, order, PROCESS, TestWorker } from "./test-worker.ts";

const LAUNCH_MAX = 2;
const RUNS = ["run_a", "run_b", "run_c", "run_d"];
const run = fc.constantFrom(...RUNS);
const key = run.map((name) => `${name}.0.1`);

const input: fc.Arbitrary<AttemptInput> = fc.oneof(
  fc
    .record({
      run,
      token: fc.integer({ min: 1, max: 3 }),
      timeoutMs: fc.constantFrom(null, 50),
      lease: fc.boolean(),
    })
    .map(
      (wish): AttemptInput => ({
        kind: "assign",
        at: 1,
        order: order({ timeoutMs: wish.timeoutMs, killWhenLeaseEnds: wish.lease }, wish.run, wish.token),
      }),
    ),
  fc.record({ run, token: fc.integer({ min: 1, max: 3 }), force: fc.boolean() }).map(
    ({ run, token, force }): AttemptInput => ({
      kind: "stop",
      at: 2,
      name: order({}, run, token).name,
      graceMs: 100,
      force,
      cause: "x",
    }),
  ),
  fc.record({ run, token: fc.integer({ min: 1, max: 3 }), some: fc.boolean() }).map(
    ({ run, token, some }): AttemptInput => ({
      kind: "connected",
      at: 1,
      ackedSeq: 0,
      unknown: some ? [order({}, run, token).name] : [],
      leaseMs: 200,
    }),
  ),
  fc.constantFrom<AttemptInput>(
    { kind: "disconnected" },
    { kind: "tick" },
    { kind: "flush" },
    { kind: "flush" },
    { kind: "spoke", leaseMs: 200 },
    { kind: "pause", at: 1, message: "p" },
    { kind: "unpause" },
  ),
  fc.integer({ min: 0, max: 60 }).map((seq): AttemptInput => ({ kind: "ack", seq })),
  key.map((key): AttemptInput => ({ kind: "launched", key, process: PROCESS, ranMs: 0 })),
  key.map((key): AttemptInput => ({ kind: "launched", key, process: PROCESS, ranMs: 0 })),
  fc
    .record({
      key,
      cause: fc.constantFrom("none" as const, "stop" as const, "lost" as const, "lease" as const),
    })
    .map(
      ({ key, cause }): AttemptInput => ({ kind: "exited", key, process: PROCESS, exit: exit({ cause }) }),
    ),
  key.map((key): AttemptInput => ({ kind: "finished", key, at: 7, ending: ending() })),
  key.map((key): AttemptInput => ({ kind: "launch_cancelled", key, at: 7, leaseEnded: false })),
  key.map((key): AttemptInput => ({ kind: "launch_failed", key, at: 7, outcome: "failed", message: "no" })),
  fc.constant<AttemptInput>({ kind: "launcher_lost", message: "gone" }),
);

/** What must hold after each step, whatever the world does. */
class Invariants {
  readonly #launchedTokens = new Set<string>();
  readonly #finishing = new Set<string>();
  readonly #everSent = new Map<number, unknown>();
  #lastFresh = 9;

  check(worker: TestWorker, told: AttemptInput, outputs: readonly AttemptOutput[]): void {
    const { header, attempts } = worker.held;
    const states = [...attempts.values()];
    const launched = states.filter(
      ({ kind }) => kind === "launching" || kind === "running" || kind === "stopping",
    );
    expect(header.launched).toBe(launched.length);
    expect(header.waiting).toBe(states.filter(({ kind }) => kind === "prepared").length);
    expect(header.launched).toBeLessThanOrEqual(LAUNCH_MAX);
    for (const output of outputs) this.#checkOutput(worker, told, output);
    // Sent entries come first, numbered without a gap.
    const numbers = header.outbox.flatMap((entry) => (entry.seq === null ? [] : [entry.seq]));
    expect(numbers).toEqual(numbers.map((_, at) => header.nextSeq - numbers.length + at));
    expect(header.outbox.slice(numbers.length).every((entry) => entry.seq === null)).toBe(true);
    // What is reported has its report in the outbox: nothing waits for an acknowledgement that cannot come.
    for (const state of states) {
      if (state.kind !== "reported") continue;
      expect(
        header.outbox.some(
          ({ report }) =>
            report.kind !== "started" &&
            report.name.token === state.order.name.token &&
            report.name.run === state.order.name.run,
        ),
      ).toBe(true);
    }
  }

  #checkOutput(worker: TestWorker, told: AttemptInput, output: AttemptOutput): void {
    switch (output.kind) {
      case "launch": {
        const { run, token } = output.order.name;
        // Each assignment is started at most once.
        expect(this.#launchedTokens.has(`${run}.${token}`)).toBe(false);
        this.#launchedTokens.add(`${run}.${token}`);
        this.#finishing.delete(output.key);
        if (output.leaseMs !== null) expect(output.leaseMs).toBeGreaterThan(0);
        expect(worker.held.header.paused).toBeNull();
        return;
      }
      case "finish":
        expect(this.#finishing.has(output.key)).toBe(false);
        this.#finishing.add(output.key);
        return;
      case "stop":
        expect(["launching", "stopping"]).toContain(worker.kindOf(output.key));
        return;
      case "send":
        expect(worker.held.header.connected).toBe(true);
        for (const { seq, report } of output.reports) {
          // The same number always carries the same report.
          if (this.#everSent.has(seq)) expect(report).toBe(this.#everSent.get(seq));
          else expect(seq).toBe((this.#lastFresh += 1));
          this.#everSent.set(seq, report);
        }
        return;
      case "forget":
        expect(worker.kindOf(output.key)).toBe("gone");
        return;
      case "extend_leases":
      case "wake":
      case "ignored":
        return;
      default:
        throw new Error(`${JSON.stringify(output satisfies never)} after ${told.kind}`);
    }
  }
}

it("keeps its promises whatever happens, in whatever order", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(input, fc.integer({ min: 0, max: 80 })), { maxLength: 60 }), (steps) => {
      const worker = new TestWorker({ launchMax: LAUNCH_MAX, heldMax: 6 });
      const invariants = new Invariants();
      for (const [told, ms] of steps) {
        worker.now += ms;
        invariants.check(worker, told, worker.tell(told));
      }
    }),
    { numRuns: 2_000 },
  );
});

it("reports every assigned attempt once the world answers", () => {
  fc.assert(
    fc.property(fc.array(input, { maxLength: 40 }), (steps) => {
      const worker = new TestWorker({ launchMax: LAUNCH_MAX, heldMax: 6 });
      worker.tell(...steps, { kind: "unpause" });
      worker.tell({ kind: "connected", at: 1, ackedSeq: 0, unknown: [], leaseMs: 1_000_000 });
      for (let turn = 0; turn < 20; turn += 1) {
        for (const [key, state] of worker.held.attempts) {
          if (state.kind === "launching") worker.tell({ kind: "launched", key, process: PROCESS, ranMs: 0 });
          if (state.kind === "running" || state.kind === "stopping")
            worker.tell({ kind: "exited", key, process: PROCESS, exit: exit() });
          if (state.kind === "finishing") worker.tell({ kind: "finished", key, at: 9, ending: ending() });
        }
        worker.flush();
        worker.tell({ kind: "ack", seq: worker.held.header.nextSeq - 1 });
      }
      expect([...worker.held.attempts.values()]).toEqual([]);
      expect(worker.held.header.outbox).toEqual([]);
    }),
  );
});
