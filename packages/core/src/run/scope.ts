import type { Lookup, LookupObject, Scope, Value } from "../expression/index.ts";
import type { Job } from "../graph/index.ts";
import type { JobState, RunSettings, RunState } from "./state.ts";
import { isEnded, statusOf } from "./status.ts";

/** What a name can be looked up in: a run, or a run that is being changed. */
export interface Readable {
  readonly id: string;
  readonly settings: RunSettings;
  job(number: number): Job;
  numberOf(key: string): number | undefined;
  keys(): readonly string[];
  stateOf(job: number): JobState | undefined;
  /** How many dependencies of the job ended so that it may not run by default. */
  brokenOf(job: number): number;
  readonly stopped: boolean;
}

/**
 * What expressions and templates of a job see: `inputs`, `variables`, `tasks`, `item`, `matrix`, `run`, each variable and
 * input by its bare name, and the status functions. `job` null: the run's own outputs.
 */
export function scopeOf(run: Readable, job: number | null): Scope {
  const spec = job === null ? undefined : run.job(job);
  const item = spec?.item ?? null;
  return {
    variable(name) {
      switch (name) {
        case "inputs":
          return run.settings.inputs;
        case "variables":
          return run.settings.variables;
        case "tasks":
          return tasksOf(run, spec);
        case "item":
        case "matrix":
          return spec?.memberOf === null || spec === undefined ? undefined : item;
        case "run":
          return { id: run.id };
        default:
          return ownValue(run.settings.variables, name) ?? ownValue(run.settings.inputs, name);
      }
    },
    call(name, args) {
      if (args.length > 0 || job === null) return undefined;
      const value = statusFunction(run, job, name);
      return value === undefined ? undefined : { kind: "ok", value };
    },
  };
}

/** Looks a dotted path up for a template; undefined when there is no such thing. */
export function resolvePath(scope: Scope, path: readonly string[]): Value | undefined {
  const [head, ...rest] = path;
  let found = head === undefined ? undefined : scope.variable(head);
  for (const key of rest) {
    if (found === undefined || found === null || typeof found !== "object") return undefined;
    found = isLookupObject(found) ? found.lookup(key) : memberOf(found, key);
  }
  return found === undefined || isLookupObject(found) ? undefined : found;
}

function isLookupObject(value: Lookup): value is LookupObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && typeof (value as { lookup?: unknown }).lookup === "function";
}

function memberOf(value: readonly Value[] | { readonly [key: string]: Value }, key: string): Value | undefined {
  if (Array.isArray(value)) return /^\d+$/.test(key) ? (value as readonly Value[])[Number(key)] : undefined;
  return ownValue(value as Readonly<Record<string, Value>>, key);
}

function ownValue(values: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function statusFunction(run: Readable, job: number, name: string): boolean | undefined {
  switch (name) {
    case "success":
      return run.brokenOf(job) === 0 && !run.stopped;
    case "failure":
      return run.brokenOf(job) > 0;
    case "cancelled":
      return run.stopped;
    case "always":
      return true;
    default:
      return undefined;
  }
}

/** Inside grown jobs a sibling may be named without its prefix. */
function tasksOf(run: Readable, from: Job | undefined): LookupObject {
  const prefix = from === undefined ? "" : from.key.slice(0, from.key.lastIndexOf("/") + 1);
  return {
    lookup(key) {
      const number = run.numberOf(prefix + key) ?? run.numberOf(key);
      return number === undefined ? undefined : taskLookup(run, number);
    },
    keys: () => run.keys(),
  };
}

function taskLookup(run: Readable, number: number): LookupObject {
  return {
    lookup(key) {
      if (key === "status") return statusOf(run.stateOf(number));
      if (key === "outputs") return outputsLookup(run, number);
      return undefined;
    },
    keys: () => ["status", "outputs"],
  };
}

/** A group's output is the list of its members' outputs of that name, computed when asked: it is stored once, with the members. */
function outputsLookup(run: Readable, number: number): Lookup {
  const state = run.stateOf(number);
  const work = run.job(number).work;
  const reused = isEnded(state) && state.reason.kind === "reused";
  if (work.kind !== "group" || reused) return isEnded(state) && "outputs" in state ? state.outputs : {};
  return { lookup: (key) => memberOutputs(run, number, key), keys: () => [] };
}

function memberOutputs(run: Readable, group: number, name: string): readonly Value[] {
  const state = run.stateOf(group);
  const range = state !== undefined && "members" in state ? state.members : null;
  if (range === null) return [];
  const values: Value[] = [];
  for (let member = range.first; member < range.first + range.total; member++) {
    const ended = run.stateOf(member);
    values.push(isEnded(ended) && "outputs" in ended ? (ownValue(ended.outputs, name) ?? null) : null);
  }
  return values;
}

/** A run as it is, for who renders values outside of a transition. */
export function readable(run: RunState): Readable {
  return {
    id: run.id,
    settings: run.settings,
    stopped: run.header.stop !== null,
    job(number) {
      const job = run.graph.jobs[number];
      if (job === undefined) throw new Error(`run ${run.id} has no job ${number}`);
      return job;
    },
    numberOf: (key) => run.graph.byKey.get(key),
    keys: () => [...run.graph.byKey.keys()],
    stateOf: (number) => run.jobs.get(number),
    brokenOf: (number) => run.broken[number] ?? 0,
  };
}
