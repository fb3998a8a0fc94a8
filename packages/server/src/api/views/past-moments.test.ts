import {
  event,
  type EventView,
  type JobView,
  listOf,
  type RunDetail,
  runDetail,
  type RunView,
} from "@gaia/contracts";
import { createRun, isRunEnded, type LiveRun, type RunInput } from "@gaia/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jobs, settings } from "../../../../core/src/run/testing/build.ts";
import { checkedStep, jobStateAfter } from "../../../../core/src/run/testing/invariants.ts";
import {
  definitions,
  happenings,
  inputOf,
  nextGoodInput,
  reusedResults,
} from "../../../../core/src/run/testing/random-runs.ts";
import { type Facts, fold } from "../../../../web/src/run/travel/fold.ts";
import { History } from "../../../../web/src/run/travel/history.ts";
import { jobsAt, runAt } from "../../../../web/src/run/travel/views.ts";
import type { EventRow } from "../../store/port.ts";
import { seqFrom } from "../cursors.ts";
import type { Situation } from "../situation.ts";
import { endedRun, startRun } from "../testing/runs.ts";
import { startTestServer } from "../testing/test-server.ts";
import { until } from "../testing/until.ts";
import { eventView } from "./event-view.ts";
import { jobView } from "./job-view.ts";
import { runView } from "./run-view.ts";
import { type RunSnapshot, snapshotOf } from "./snapshot.ts";

/**
 * The dashboard folds a run's events into the views of any past moment. Here every moment that the server itself has
 * been in is compared with what the server answered then.
 */

const WORKERS = ["w0", "w1", "w2"];
const NAMES: ReadonlyMap<string, string> = new Map(WORKERS.map((id) => [id, `worker-${id}`]));

/** What the server said at one moment. */
interface Moment {
  readonly seq: number;
  readonly now: number;
  readonly run: RunView;
  readonly jobs: readonly JobView[];
}

/** A run that writes down what the server would have stored and answered. */
class RecordedRun {
  readonly live: LiveRun;
  readonly events: EventView[] = [];
  readonly moments: Moment[] = [];
  /** Kind of each job's state, by the machine's own rules, after each event. */
  readonly kinds: ReadonlyMap<string, string>[] = [];

  constructor(live: LiveRun, at: number) {
    this.live = live;
    const { length } = live.graph.jobs;
    this.#record({ kind: "run.created", pipeline: "p", number: 1, jobs: length, trigger: "manual" }, at);
    this.#look(at);
  }

  give(input: RunInput): boolean {
    const result = checkedStep(this.live, input);
    if (result.kind === "rejected") return false;
    for (const event of result.events) this.#record(event, input.at);
    this.#look(input.at);
    return true;
  }

  #record(event: EventRow["event"], at: number): void {
    const seq = this.events.length + 1;
    const row = { seq, at, actor: { kind: "system", id: "gaia", via: "test" }, version: 1, event } as const;
    this.events.push(eventView(this.live.id, row, this.#snapshot.keyOf));
    const kinds = new Map(this.kinds.at(-1));
    if ("job" in event) {
      const key = this.#snapshot.keyOf(event.job) ?? "";
      kinds.set(key, jobStateAfter(event, kinds.get(key) ?? "pending"));
    }
    this.kinds.push(kinds);
  }

  #look(now: number): void {
    const situation = situationAt(now);
    this.moments.push({
      seq: this.events.length,
      now,
      run: runView(this.#snapshot, now, this.#snapshot.keyOf),
      jobs: this.#snapshot.jobs.map((_, number) => jobView(this.#snapshot, number, situation)),
    });
  }

  get #snapshot(): RunSnapshot {
    const { live } = this;
    const facts = {
      pipeline: "p",
      pipelineVersion: 1,
      number: 1,
      definition: "",
      definitionHash: "",
      settings: live.settings,
      actor: { kind: "user", id: "ann", via: "cli" },
      trigger: "manual",
      traceId: "",
      retryOf: null,
      parent: null,
      group: null,
      priority: 5,
      labels: {},
      workDir: "",
      environment: {},
    } as const;
    return snapshotOf({
      id: live.id,
      namespace: "n",
      run: live,
      facts,
      version: 1,
      seq: this.events.length,
    });
  }
}

function situationAt(now: number): Situation {
  const worker = { tags: [], slots: 4, taken: 0, draining: false, unhealthy: "", awaySince: null };
  return {
    now,
    localProblem: "",
    workers: WORKERS.map((id) => ({ ...worker, id, name: NAMES.get(id) ?? id })),
  };
}

/** Every moment of the run, as the dashboard has it from the run's end, is what the server said at that moment. */
function compare(recorded: RecordedRun): void {
  const last = recorded.moments.at(-1);
  if (last === undefined) throw new Error("nothing was recorded");
  const history = new History().extend(recorded.events);
  for (const moment of recorded.moments) {
    const facts = history.at(moment.seq);
    const told = { facts, now: moment.now, nameOf: (id: string) => NAMES.get(id) ?? id };
    const shown = jobsAt(last.jobs, told);
    expect(shown.map(comparable)).toEqual(moment.jobs.map(comparable));
    expect(comparableRun(runAt(last.run, shown, told))).toEqual(comparableRun(moment.run));
  }
  for (const [index, kinds] of recorded.kinds.entries()) {
    const prefix = fold(recorded.events.slice(0, index + 1));
    expect(history.at(index + 1)).toEqual(prefix);
    expect(kindsOf(prefix)).toEqual(new Map([...kinds].filter(([, kind]) => kind !== "pending")));
  }
}

function kindsOf(facts: Facts): ReadonlyMap<string, string> {
  return new Map([...facts.jobs].map(([key, { kind }]) => [key, kind]));
}

/** Sentences with a time in them are worded apart, and the ones of queued jobs need what no event tells. */
const WORDED_APART = new Set(["queued", "waiting", "stopping"]);

const NOT_RECORDED = "the run had not started; why is not recorded";

function comparable(job: JobView): object {
  const isSameReason = !WORDED_APART.has(job.status) && job.reason !== NOT_RECORDED;
  return {
    ...job,
    reason: isSameReason ? job.reason : "",
    // When the time of a child run is up is in no event: it is not known of the past.
    due_at: job.kind === "child" ? null : job.due_at,
    // A success is told with its code only when the task has one code of success.
    exit_code: job.status === "completed" ? null : job.exit_code,
  };
}

function comparableRun(run: RunView): object {
  const { cursor: _, reason, ...rest } = run;
  return { ...rest, reason: rest.status === "stopping" ? "" : reason };
}

const worlds = fc.record({
  definition: definitions,
  options: fc.record({
    failFast: fc.boolean(),
    timeoutMs: fc.constantFrom(null, 500),
    maxJobs: fc.constantFrom(20, 1_000),
    reused: reusedResults,
  }),
  story: fc.array(happenings, { maxLength: 60, size: "max" }),
});

describe("a moment folded of a run's events", () => {
  it("is what the server said at that moment, whatever happened to the run", () => {
    let moments = 0;
    fc.assert(
      fc.property(worlds, ({ definition, options, story }) => {
        const live = createRun("run_1", settings(options), jobs(definition), 0);
        const recorded = new RecordedRun(live, 0);
        recorded.give({ kind: "start", at: 0 });
        let at = 0;
        for (const one of story) recorded.give(inputOf(live, one, (at += one.afterMs)));
        finish(recorded, at);
        compare(recorded);
        moments += recorded.moments.length;
      }),
      { numRuns: 150 },
    );
    expect(moments).toBeGreaterThan(1_000);
  });
});

const RELEASE = `
name: release
tasks:
  - id: build
    command: make
    retry: { attempts: 2, initial: 10ms, jitter: 0 }
  - id: test
    command: make test
    dependencies: [build]
    matrix: { os: [linux, mac, bsd] }
    max_parallel: 2
  - id: lint
    command: make lint
    on_error: continue
  - id: ask
    type: approval
    prompt: Ship it?
    dependencies: [test, lint]
  - id: ship
    command: make ship
    dependencies: [ask]
`;

describe("a run of a real server", () => {
  it("is at each moment what the server answered at that moment", async () => {
    const server = await startTestServer();
    try {
      const told: RunDetail[] = [];
      const look = async (id: string): Promise<void> => {
        told.push(runDetail.parse((await server.ask(`/api/v1/runs/${id}`)).json));
      };
      const id = Promise.withResolvers<string>();
      await server.worker({
        act: (assignment, worker) => {
          void id.promise.then(async (run) => {
            await look(run);
            worker.start(assignment);
            await look(run);
            const { key, name } = assignment;
            if (key === "lint" || (key === "build" && name.attempt === 1)) worker.fail(assignment, 2);
            else worker.succeed(assignment, { from: key });
            await look(run);
          });
        },
      });
      id.resolve(await startRun(server, RELEASE));
      const run = await id.promise;
      const isAsked = async (): Promise<boolean> => {
        await look(run);
        return told.at(-1)?.jobs.some(({ key, status }) => key === "ask" && status === "waiting") === true;
      };
      await until(isAsked, "a person is asked");
      expect((await server.post(`/api/v1/runs/${run}/jobs/ask/approve`, {})).status).toBe(200);
      const last = runDetail.parse(await endedRun(server, run));
      const reply = await server.ask(`/api/v1/runs/${run}/events?limit=500`);
      const events = listOf(event).parse(reply.json).items;
      const seen = [...told, last].map((answer) => compareAnswer(answer, last, events));
      expect(new Set(seen).size).toBeGreaterThan(8);
    } finally {
      await server.close();
    }
  });
});

/** What the past shows of the moment at which the server gave an answer; gives the moment. */
function compareAnswer(answer: RunDetail, last: RunDetail, events: readonly EventView[]): number {
  const seq = seqFrom(answer.cursor, answer.id) ?? 0;
  const facts = new History().extend(events).at(seq);
  const moment = { facts, now: Date.parse(events[seq - 1]?.at ?? ""), nameOf: () => "local" };
  const shown = jobsAt(last.jobs, moment);
  // How long it had lasted depends on when, between two events, the server was asked.
  const timeless = (job: JobView): object => ({
    ...comparable(job),
    exit_code: job.exit_code,
    duration_ms: 0,
  });
  expect(shown.map(timeless)).toEqual(answer.jobs.map(timeless));
  expect(runOnly(runAt(last, shown, moment))).toEqual(runOnly(answer));
  return seq;
}

function runOnly(detail: RunDetail): object {
  const { jobs: _jobs, jobs_total: _total, cursor: _cursor, duration_ms: _duration, ...run } = detail;
  return run;
}

/** Does what the run waits for until it has ended. */
function finish(recorded: RecordedRun, from: number): void {
  for (let steps = 0; steps < 2_000 && !isRunEnded(recorded.live.header.status); steps++) {
    const input = nextGoodInput(recorded.live, from + steps);
    if (input === null) throw new Error("the run is stuck");
    recorded.give(input);
  }
}
