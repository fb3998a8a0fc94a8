import {
  type GroupItem,
  type Job,
  type JobPolicy,
  type JobWork,
  LOGIC_VERSION,
  NO_RESOURCES,
  parseExpression,
  parseTemplate,
  type RetryPolicy,
} from "../packages/core/src/index.ts";
import type { AttemptName } from "../packages/contracts/src/index.ts";
import type { NewRun } from "../packages/server/src/engine/port.ts";
import type { Script } from "./launcher.ts";
import type { Random } from "./random.ts";

/** Random runs: graphs, policies, and what their processes will do. */

const CHILD: JobWork = { kind: "child", pipeline: "other", inputs: {} };
const ACTOR = { kind: "user", id: "somebody", via: "api" } as const;

/** Child runs have children of their own, but not for ever. */
const DEPTH = 2;

/** `nested`: some of its jobs are child runs. */
export function randomRun(random: Random, id: string, nested: boolean): NewRun {
  const size = random.between(1, 9);
  const jobs: Job[] = [];
  const mayNest = nested && id.split("_").length - 2 < DEPTH;
  for (let number = 0; number < size; number++) jobs.push(randomJob(random, number, jobs, mayNest));
  return {
    id,
    namespace: "default",
    pipeline: random.pick(["build", "deploy", "report"]),
    pipelineVersion: 1,
    definition: "{}",
    definitionHash: "",
    settings: {
      seed: id,
      logicVersion: LOGIC_VERSION,
      inputs: {},
      variables: {},
      timeoutMs: random.chance(0.15) ? random.between(500, 20_000) : null,
      failFast: random.chance(0.15),
      outputs: {},
      maxJobs: 200,
      reused: {},
    },
    jobs,
    actor: ACTOR,
    trigger: "manual",
    traceId: "0".repeat(32),
    retryOf: null,
    parent: null,
    group: random.chance(0.2)
      ? { key: random.pick(["a", "b"]), onConflict: random.pick(["queue", "cancel"] as const) }
      : null,
    priority: random.between(0, 10),
    labels: {},
    workDir: "/",
    environment: {},
  };
}

/** What a job of another run starts. It waits for no group: its parent may be in the same one, and wait for it. */
export function randomChild(random: Random, id: string, parent: NonNullable<NewRun["parent"]>): NewRun {
  return { ...randomRun(random, id, true), parent, group: null, trigger: "run" };
}

function randomJob(random: Random, number: number, before: readonly Job[], nested: boolean): Job {
  const dependencies = before.map((_, index) => index).filter(() => random.chance(0.3));
  const final = number > 2 && random.chance(0.1);
  return {
    key: `job${number}`,
    name: `job${number}`,
    work: randomWork(random, nested),
    dependencies: final ? [] : dependencies.filter((index) => before[index]?.final !== true),
    joins: [],
    condition: random.chance(0.15)
      ? condition(random.pick(["always()", "failure()", "success()", "1 == 2"]))
      : null,
    policy: randomPolicy(random),
    final,
    grownBy: null,
    memberOf: null,
    item: null,
  };
}

function condition(text: string): Job["condition"] {
  const parsed = parseExpression(text);
  if (parsed.kind === "error") throw new Error(parsed.message);
  return parsed.expression;
}

function randomWork(random: Random, nested: boolean): JobWork {
  const task: JobWork = {
    kind: "task",
    task: { executor: "process", spec: {}, bindings: {}, secrets: [], tags: [], resources: NO_RESOURCES },
  };
  const dice = random.next();
  if (dice < 0.08) {
    const prompt = parseTemplate("go on?");
    return { kind: "approval", prompt };
  }
  if (dice < 0.2) {
    const items: GroupItem[] = Array.from({ length: random.between(0, 4) }, (_, index) => ({
      label: String(index),
      value: index,
    }));
    const work = nested && random.chance(0.2) ? CHILD : task;
    const template = { work, policy: randomPolicy(random) };
    const maxParallel = random.chance(0.5) ? random.between(1, 2) : null;
    return {
      kind: "group",
      group: { items: { kind: "fixed", items }, failFast: random.chance(0.5), maxParallel, template },
    };
  }
  return nested && dice < 0.35 ? CHILD : task;
}

function randomPolicy(random: Random): JobPolicy {
  const retry: RetryPolicy = {
    attempts: random.between(1, 3),
    initialMs: random.pick([0, 100, 3_000]),
    factor: 2,
    maxMs: 10_000,
    jitter: 0.2,
    on: ["failed", "timed_out"],
  };
  return {
    retry,
    timeoutMs: random.chance(0.2) ? random.between(50, 3_000) : null,
    onError: random.chance(0.2) ? "continue" : "fail",
    onLost: random.pick(["wait", "wait", "rerun", "fail"] as const),
    priority: random.between(0, 10),
    graceMs: random.pick([0, 100, 2_000]),
  };
}

/** Depends on the attempt alone, so that the script of an attempt is the same whoever asks. */
export function randomScript(random: Random, name: AttemptName): Script {
  const grows = random.chance(0.06);
  return {
    runsMs: random.chance(0.1) ? random.between(2_000, 15_000) : random.between(0, 400),
    exitCode: random.chance(0.15) ? 1 : 0,
    politeMs: random.chance(0.5) ? random.between(0, 500) : null,
    growth: grows
      ? JSON.stringify({ jobs: random.between(1, 3), of: name.job, chain: random.chance(0.5) })
      : "",
  };
}
