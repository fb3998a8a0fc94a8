import type { Lookup, LookupObject, Scope, Value } from "../expression/index.ts";
import { isList, isLookupObject, isMap, valueAt } from "../expression/values.ts";
import { itemAt, type Job } from "../graph/index.ts";
import type { JobState, Outputs, RunSettings, RunState } from "./state.ts";
import { type EndedState, isEnded, isStopped, statusOf } from "./status.ts";

const NO_OUTPUTS: Outputs = {};

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
  /** Whether a job has failed that makes the run fail. */
  readonly failed: boolean;
  /** Whether a person has stopped a job whose failure would make the run fail. */
  readonly hasStoppedJobs: boolean;
}

/**
 * What expressions and templates of a job see: `inputs`, `variables`, `tasks`, `item`, `matrix`, `run`, each variable and
 * input by its bare name, and the status functions. `job` null: the run's own outputs.
 */
export function scopeOf(run: Readable, job: number | null): Scope {
  const spec = job === null ? null : run.job(job);
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
          return spec === null || spec.memberOf === null ? undefined : spec.item;
        case "run":
          return { id: run.id };
        default:
          return valueAt(
            Object.hasOwn(run.settings.variables, name) ? run.settings.variables : run.settings.inputs,
            name,
          );
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
  const [head = "", ...keys] = path;
  let found = scope.variable(head);
  for (const key of keys) found = found === undefined ? undefined : memberOf(found, key);
  return found === undefined || isLookupObject(found) ? undefined : found;
}

function memberOf(value: Lookup, key: string): Lookup | undefined {
  if (isList(value)) return /^\d+$/.test(key) ? value[Number(key)] : undefined;
  return isMap(value) ? valueAt(value, key) : undefined;
}

/** For a job of `finally`, what became of the run counts too: it starts when everything else has ended. */
function statusFunction(run: Readable, job: number, name: string): boolean | undefined {
  const { final } = run.job(job);
  const failed = run.brokenOf(job) > 0 || (final && run.failed);
  const stopped = run.stopped || (final && run.hasStoppedJobs);
  switch (name) {
    case "success":
      return !failed && !stopped;
    case "failure":
      return failed;
    case "cancelled":
      return stopped;
    case "always":
      return true;
    default:
      return undefined;
  }
}

/** Inside grown jobs a sibling may be named without its prefix. */
function tasksOf(run: Readable, from: Job | null): LookupObject {
  const key = from === null ? "" : keyInPlace(run, from);
  const prefix = key.slice(0, key.lastIndexOf("/") + 1);
  return {
    lookup(key) {
      const number = run.numberOf(prefix + key) ?? run.numberOf(key);
      return number === undefined ? undefined : taskLookup(run, number);
    },
    keys: () => run.keys(),
  };
}

/** A member stands where its group stands; its own key may hold more slashes, as in `lint[src/main.ts]`. */
function keyInPlace(run: Readable, job: Job): string {
  return job.memberOf === null ? job.key : keyInPlace(run, run.job(job.memberOf));
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
  if (!isEnded(state)) return NO_OUTPUTS;
  if (run.job(number).work.kind !== "group" || state.reason.kind === "reused") return outputsOf(state);
  const all = memberOutputs(run, state);
  return {
    lookup: (key) => all.map((outputs) => (Object.hasOwn(outputs, key) ? outputs[key] : undefined) ?? null),
    keys: () => [...new Set(all.flatMap((outputs) => Object.keys(outputs)))],
  };
}

function memberOutputs(run: Readable, group: EndedState): readonly Outputs[] {
  const members = "members" in group ? group.members : null;
  const { first, total } = members ?? { first: 0, total: 0 };
  return Array.from({ length: total }, (_, index) => outputsOf(run.stateOf(first + index)));
}

function outputsOf(state: JobState | undefined): Outputs {
  return state !== undefined && "outputs" in state ? state.outputs : NO_OUTPUTS;
}

/** A run as it is, for who renders values outside of a transition. */
export function readable(run: RunState): Readable {
  return {
    id: run.id,
    settings: run.settings,
    stopped: isStopped(run.header),
    failed: run.header.failedCount > 0,
    hasStoppedJobs: run.header.stopped !== undefined,
    job: (number) => itemAt(run.graph.jobs, number),
    numberOf: (key) => run.graph.byKey.get(key),
    keys: () => [...run.graph.byKey.keys()],
    stateOf: (number) => run.jobs.get(number),
    brokenOf: (number) => itemAt(run.broken, number),
  };
}
