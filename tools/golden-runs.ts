// `node tools/golden-runs.ts`: writes the golden run states of this logic version that do not exist yet. What exists is
// what a release has stored, so it is never written again: rules that differ need a new LOGIC_VERSION.
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { RunInput } from "../packages/core/src/run/input.ts";
import { LOGIC_VERSION } from "../packages/core/src/run/state.ts";
import {
  approval,
  child,
  group,
  growth,
  type JobSpec,
  task,
} from "../packages/core/src/run/testing/build.ts";
import { endOf, type GoldenRun } from "../packages/core/src/run/testing/golden.ts";
import { TestRun, type TestRunOptions } from "../packages/core/src/run/testing/test-run.ts";

const FOLDER = path.join(import.meta.dirname, "../packages/core/src/run/golden");

interface Story {
  readonly name: string;
  readonly about: string;
  readonly specs: readonly JobSpec[];
  readonly options?: TestRunOptions;
  /** Brings the run into the middle of its work. */
  readonly before: (run: TestRun) => void;
  /** Brings it to its end; these inputs are kept. */
  readonly after: (run: TestRun) => void;
}

const retry = { attempts: 3, initialMs: 1_000, factor: 2, jitter: 0.5 };

const STORIES: readonly Story[] = [
  {
    name: "retries",
    about:
      "A job runs, one waits for its second retry, one was lost twice; the run has a timeout and outputs.",
    specs: [
      task("build"),
      task("flaky", { retry, after: ["build"] }),
      task("crashes", { onLost: "rerun", onError: "continue" }),
      task("report", {
        after: ["flaky", "crashes"],
        when: "always()",
        bindings: { n: "${tasks.build.outputs.n}" },
      }),
    ],
    options: {
      timeoutMs: 600_000,
      outputs: { n: "${tasks.build.outputs.n}", text: "built ${tasks.build.outputs.n}" },
    },
    before: (run) => {
      run
        .start()
        .succeed("build", { n: 7 })
        .end("crashes", "lost")
        .end("crashes", "lost")
        .running("crashes")
        .fail("flaky");
      run.timer("flaky", 60_000);
      run.fail("flaky");
    },
    after: (run) => {
      run.end("crashes", "lost");
      run.timer("flaky", 60_000);
      run.succeed("flaky").succeed("report");
    },
  },
  {
    name: "growth",
    about:
      "A group has begun two of its four members, a job has grown two more, and a third joins all that it grows.",
    specs: [
      task("plan"),
      group("test", {
        after: ["plan"],
        forEach: "tasks.plan.outputs.list",
        maxParallel: 2,
        onError: "continue",
      }),
      task("publish", { after: ["plan/*", "test"], bindings: { all: "${tasks.test.outputs.took}" } }),
    ],
    before: (run) => {
      const grown = growth([task("a"), task("b", { after: ["a"], bindings: { v: "${tasks.a.outputs.v}" } })]);
      run.start().succeed("plan", { list: ["x", "y", "y", "z"] }, grown);
      run.succeed("test[x]", { took: 3 }).running("test[y]").running("plan/a");
    },
    after: (run) => {
      run.succeed("plan/a", { v: 1 }, growth([task("late", { after: ["plan/b"] })], "flat"));
      run.fail("test[y]").succeed("test[y#2]", { took: 5 }).succeed("test[z]", { took: 8 });
      run.succeed("plan/b").succeed("late").succeed("publish");
    },
  },
  {
    name: "waiting",
    about:
      "A question is open with a deadline, a child run goes on, one result was taken over, and a job is assigned.",
    specs: [
      task("kept"),
      approval("deploy", "deploy ${version}?", { timeoutMs: 5_000, after: ["kept"] }),
      child("smoke", { version: "${version}" }),
      task("ship", { after: ["deploy", "smoke"] }),
      task("assigned"),
      task("tell", { final: true, when: "failure()" }),
    ],
    options: { variables: { version: "1.2" }, reused: { kept: { run: "run_0", outputs: { x: 1 } } } },
    before: (run) => {
      run.start().assign("assigned");
    },
    after: (run) => {
      run.give({
        kind: "child_ended",
        job: run.number("smoke"),
        run: "run_1_2",
        at: run.at,
        status: "completed",
        outputs: { ok: true },
      });
      run.give({
        kind: "returned",
        job: run.number("assigned"),
        token: run.token("assigned"),
        at: run.at,
        message: "drain",
      });
      run.timer("deploy", 5_000);
      run.succeed("assigned").succeed("tell");
    },
  },
  {
    name: "stopping",
    about:
      "The run is being stopped: a process, a child run and members of a group have yet to end, then `finally`.",
    specs: [
      task("serve"),
      child("other"),
      group("g", { items: ["1", "2", "3"], failFast: true, maxParallel: 2 }),
      task("never", { after: ["serve"] }),
      task("clean", { final: true, when: "cancelled()" }),
    ],
    before: (run) => {
      run.start().running("serve").running("g[1]").running("g[2]");
      run.stop();
      run.fail("g[1]");
    },
    after: (run) => {
      run.end("serve", "cancelled", { survivors: [4711] }).succeed("g[2]");
      run.give({
        kind: "child_ended",
        job: run.number("other"),
        run: "run_1_1",
        at: run.at,
        status: "cancelled",
        outputs: {},
      });
      run.succeed("clean");
    },
  },
  {
    name: "exiting",
    about:
      "A job has ended the pipeline, another has declined; what runs goes on, one of it with tries left, then `finally`.",
    specs: [
      task("check"),
      task("decide", { after: ["check"] }),
      task("serve"),
      task("flaky", { retry, onError: "continue" }),
      task("never", { after: ["decide"] }),
      task("clean", { final: true, when: "success()" }),
    ],
    before: (run) => {
      run
        .start()
        .end("check", "succeeded", { verdict: "declined", message: "nothing to check" })
        .running("serve")
        .running("flaky");
      run.end("decide", "failed", { verdict: "exited", message: "enough" });
    },
    after: (run) => {
      run.fail("flaky").succeed("serve").succeed("clean");
    },
  },
  {
    name: "children",
    about:
      "Child runs: one in its second attempt with a timeout, one that is being stopped for its own, one that waits for its next attempt. A person stops one member of a group before its turn, and another job.",
    specs: [
      child("again", {}, { retry, timeoutMs: 30_000 }),
      child("slow", {}, { timeoutMs: 5_000, onError: "continue" }),
      child("waits", {}, { retry }),
      group("g", { items: ["1", "2", "3", "4"], maxParallel: 1, onError: "continue" }),
      task("gone", { onError: "continue" }),
      task("serve"),
      task("tell", { after: ["again", "waits", "g"], when: "always()" }),
    ],
    before: (run) => {
      run.start().childEnded("again", "failed").running("gone").running("serve").running("g[1]");
      run.timer("again", 1_000);
      run.timer("slow", 4_000);
      run.childEnded("waits", "failed");
      run.stopJob("g[3]");
      run.stopJob("gone");
    },
    after: (run) => {
      run
        .childEnded("slow", "cancelled")
        .end("gone", "cancelled")
        .succeed("g[1]")
        .succeed("g[2]")
        .succeed("g[4]");
      run.timer("waits", 1_000);
      run.timer("again", 25_000);
      run.childEnded("again", "cancelled");
      run.timer("again", 2_000);
      run.childEnded("waits", "completed").childEnded("again", "completed");
      run.stopJob("serve");
      run.end("serve", "cancelled").succeed("tell");
    },
  },
];

for (const story of STORIES) {
  const file = path.join(FOLDER, `v${LOGIC_VERSION}-${story.name}.json`);
  if (!existsSync(file)) writeFileSync(file, print(goldenOf(story)));
}

function goldenOf(story: Story): GoldenRun {
  const run = new TestRun(story.specs, story.options);
  story.before(run);
  const { id, settings, graph, header, jobs } = run.live;
  const middle = { about: story.about, id, settings, jobs: [...graph.jobs], header, states: [...jobs] };
  const inputs: RunInput[] = [];
  const recorder = recording(run, inputs);
  story.after(recorder);
  return { ...middle, inputs, end: endOf(run.live) };
}

/** Keeps every input that the run is given from now on. */
function recording(run: TestRun, inputs: RunInput[]): TestRun {
  const give = run.give.bind(run);
  run.give = (input) => {
    inputs.push(input);
    return give(input);
  };
  return run;
}

/** JSON for people: one line for each entry of a list, and for each key that is no list. */
function print(golden: GoldenRun): string {
  const lines = Object.entries(golden).map(([key, value]: [string, unknown]) => {
    const list = Array.isArray(value) ? value.map((item) => `    ${JSON.stringify(item)}`).join(",\n") : null;
    return `  ${JSON.stringify(key)}: ${list === null ? JSON.stringify(value) : `[\n${list}\n  ]`}`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}
