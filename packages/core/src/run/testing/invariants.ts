import { apply, countJobs, type LiveRun, restoreRun } from "../apply.ts";
import { commandsOf } from "../command.ts";
import type { RunInput } from "../input.ts";
import type { Changes, RunCommand, RunEvent, Transition } from "../output.ts";
import type { JobState, RunState } from "../state.ts";
import { groupOf } from "../members.ts";
import { type GroupState, isEnded, isRunEnded } from "../status.ts";
import { transition } from "../transition.ts";

/** One input through the machine, with everything checked that must hold whatever the input is. */
export function checkedStep(run: LiveRun, input: RunInput): Transition {
  const before = {
    ...run,
    jobs: new Map(run.jobs),
    unfinished: [...run.unfinished],
    broken: [...run.broken],
  };
  const size = run.graph.jobs.length;
  const result = transition(run, input);
  must(run.header === before.header && run.graph.jobs.length === size, "transition changed the run");
  must(
    areSame(run.unfinished, before.unfinished) && areSame(run.broken, before.broken),
    "transition changed a counter",
  );
  must(areSame([...run.jobs].flat(), [...before.jobs].flat()), "transition changed a job");
  if (result.kind === "rejected") return result;
  // What later inputs must not write into: they would throw.
  deepFreeze([result.changes.header, [...result.changes.jobs.values()], result.changes.grown]);
  checkChanges(run, result.changes);
  checkEvents(run, result.events, result.changes);
  apply(run, result.changes);
  checkRun(run);
  checkCommands(run, result.commands, result.changes, before.header.dueAt);
  return result;
}

function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
}

/** Whether two lists hold the same things in the same order. */
function areSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}

/** What can be counted again equals what was counted along. */
export function checkRun(run: RunState): void {
  const restored = restoreRun(run.id, run.settings, run.graph.jobs, run.header, run.jobs);
  must(areSame(restored.unfinished, run.unfinished), "unfinished differs from a recount");
  must(areSame(restored.broken, run.broken), "broken differs from a recount");
  must(haveSameEdges(restored, run), "the graph differs from a restored one");
  must(isSame(countJobs(run.graph, run.jobs), run.header.counts), "counts differ from a recount");
  const { phase, open, status } = run.header;
  const ofPhase = run.graph.jobs.map(
    (job, number) => job.final === (phase === "final") && !isEnded(run.jobs.get(number)),
  );
  must(open === ofPhase.filter(Boolean).length, `${open} jobs are said to be open`);
  for (const [number, dependants] of run.graph.dependants.entries()) checkOrder(run, number, dependants);
  for (const [number, state] of run.jobs) if (state.kind === "group") checkGroup(run, number, state);
  if (isRunEnded(status))
    must(
      [...run.graph.jobs.keys()].every((number) => isEnded(run.jobs.get(number))),
      "open jobs in an ended run",
    );
}

/** A group begins its members in their order, and never more at once than it may. */
function checkGroup(run: RunState, number: number, state: GroupState): void {
  const { members, next, ahead } = state;
  const job = run.graph.jobs[number];
  const width = (job === undefined ? null : groupOf(job).maxParallel) ?? Number.POSITIVE_INFINITY;
  const states = Array.from({ length: members.total }, (_, index) => run.jobs.get(members.first + index));
  const begun = states.filter((member) => member !== undefined && !isEnded(member));
  must(begun.length <= width, `${begun.length} members of ${number} are under way, ${width} may be`);
  const endedAhead = states.slice(next).filter(isEnded).length;
  must(ahead === undefined || ahead === endedAhead, `${ahead} members of ${number} are said to be ahead`);
}

/** What waits for a job that has not ended has not begun; it may have been stopped before it could. */
function checkOrder(run: RunState, number: number, dependants: readonly number[]): void {
  if (isEnded(run.jobs.get(number))) return;
  for (const dependant of dependants) {
    const state = run.jobs.get(dependant);
    const hasBegun = state !== undefined && !endedUnbegun(state);
    must(!hasBegun, `job ${dependant} has begun before ${number} has ended`);
  }
}

function endedUnbegun(state: JobState): boolean {
  if (state.kind === "skipped") return state.reason.kind === "stopped";
  return state.kind === "cancelled" && state.startedAt === null;
}

function checkChanges(run: RunState, changes: Changes): void {
  for (const [number, state] of changes.jobs) {
    const old = run.jobs.get(number);
    must(!isEnded(old), `job ${number} had ended and became ${state.kind}`);
  }
  const touched = new Set(changes.jobs.keys());
  for (const number of changes.jobs.keys())
    for (const next of run.graph.dependants[number] ?? []) touched.add(next);
  for (const number of [...changes.unfinished.keys(), ...changes.broken.keys()]) {
    const isNew = number >= run.graph.jobs.length;
    const waitsForNew = changes.grown.length > 0;
    must(
      isNew || waitsForNew || touched.has(number),
      `the counters of job ${number} were touched without a reason`,
    );
  }
}

/** The log says the same as the rows: each event is a step from the state before, and the last one is the state after. */
function checkEvents(run: RunState, events: readonly RunEvent[], changes: Changes): void {
  const kinds = new Map<number, string>();
  for (const event of events) {
    if (!("job" in event)) continue;
    kinds.set(
      event.job,
      jobStateAfter(event, kinds.get(event.job) ?? run.jobs.get(event.job)?.kind ?? "pending"),
    );
  }
  for (const [number, state] of changes.jobs) {
    const inLog = kinds.get(number) ?? run.jobs.get(number)?.kind ?? "pending";
    must(inLog === state.kind, `job ${number} is ${state.kind}, and ${inLog} in the log`);
  }
  const ended = events.findLast((event) => event.kind === "run.ended");
  const isEnd = isRunEnded(changes.header.status);
  must(
    isEnd === (ended !== undefined && ended.status === changes.header.status),
    "the log does not tell the end of the run",
  );
  const isStop = changes.header.stop !== run.header.stop;
  must(
    isStop === events.some((event) => event.kind === "run.stopping"),
    "the log does not tell that the run is being stopped",
  );
  const grown = events.flatMap((event) => (event.kind === "graph.grown" ? event.jobs : []));
  must(areSame(grown, changes.grown), "the log does not tell what was grown");
}

const JOB_STATE_AFTER: Partial<Record<RunEvent["kind"], JobState["kind"]>> = {
  "job.queued": "queued",
  "job.assigned": "assigned",
  "job.started": "running",
  "job.backoff": "backoff",
  "job.asked": "approval",
  "job.child": "child",
  "job.expanded": "group",
  "job.stopping": "stopping",
};

/** The kind of state that a job has after an event, from the one before. */
export function jobStateAfter(event: RunEvent, before: string): string {
  if (event.kind === "job.ended") return event.status;
  if (event.kind === "job.stopping" && (before === "child" || before === "stopping_child"))
    return "stopping_child";
  if (event.kind === "job.started" && before === "stopping") return "stopping";
  return JOB_STATE_AFTER[event.kind] ?? before;
}

function checkCommands(
  run: RunState,
  commands: readonly RunCommand[],
  changes: Changes,
  dueBefore: number | null,
): void {
  const expected = commandsOf(run).filter((command) =>
    command.job === null ? run.header.dueAt !== dueBefore : changes.jobs.has(command.job),
  );
  must(isSame(sorted(commands), sorted(expected)), "the commands are not those of the state");
}

function sorted(commands: readonly RunCommand[]): readonly RunCommand[] {
  return commands.toSorted((left, right) => (left.job ?? -1) - (right.job ?? -1));
}

function haveSameEdges(left: RunState, right: RunState): boolean {
  const lists = (run: RunState): readonly (readonly number[])[] =>
    [run.graph.dependants, run.graph.joiners.values(), run.graph.children.values()].flatMap((all) => [
      ...all,
    ]);
  const [ours, theirs] = [lists(left), lists(right)];
  return ours.length === theirs.length && ours.every((list, index) => areSame(list, theirs[index] ?? []));
}

/** Whether two values print the same, keys of objects in any order. */
function isSame(left: unknown, right: unknown): boolean {
  return viewOf(left) === viewOf(right);
}

/** Everything in a value as text: maps as lists of entries, keys sorted. */
export function viewOf(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner instanceof Map) return [...inner];
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).toSorted(([left], [right]) => (left < right ? -1 : 1)));
  });
}

function must(holds: boolean, message: string): void {
  if (!holds) throw new Error(`broken promise: ${message}`);
}
