import { apply, countJobs, type LiveRun, restoreRun } from "../apply.ts";
import { commandsOf } from "../command.ts";
import type { RunInput } from "../input.ts";
import type { Changes, RunCommand, Transition } from "../output.ts";
import type { RunState } from "../state.ts";
import { isEnded, isRunEnded } from "../status.ts";
import { transition } from "../transition.ts";

/** One input through the machine, with everything checked that must hold whatever the input is. */
export function checkedStep(run: LiveRun, input: RunInput): Transition {
  const before = viewOf(run);
  const result = transition(run, input);
  must(isSame(viewOf(run), before), "transition changed the run");
  if (result.kind === "rejected") return result;
  checkChanges(run, result.changes);
  const dueBefore = run.header.dueAt;
  apply(run, result.changes);
  checkRun(run);
  checkCommands(run, result.commands, result.changes, dueBefore);
  return result;
}

/** What can be counted again equals what was counted along. */
export function checkRun(run: RunState): void {
  const restored = restoreRun(run.id, run.settings, run.graph.jobs, run.header, run.jobs);
  must(isSame(restored.unfinished, run.unfinished), "unfinished differs from a recount");
  must(isSame(restored.broken, run.broken), "broken differs from a recount");
  must(isSame(edgesOf(restored), edgesOf(run)), "the graph differs from a restored one");
  must(isSame(countJobs(run.graph, run.jobs), run.header.counts), "counts differ from a recount");
  const { phase, open, status } = run.header;
  const ofPhase = run.graph.jobs.map(
    (job, number) => job.final === (phase === "final") && !isEnded(run.jobs.get(number)),
  );
  must(open === ofPhase.filter(Boolean).length, `${open} jobs are said to be open`);
  for (const [number, dependants] of run.graph.dependants.entries()) checkOrder(run, number, dependants);
  if (isRunEnded(status))
    must(
      [...run.graph.jobs.keys()].every((number) => isEnded(run.jobs.get(number))),
      "open jobs in an ended run",
    );
}

/** What waits for a job that has not ended has not begun; it may have been stopped before it could. */
function checkOrder(run: RunState, number: number, dependants: readonly number[]): void {
  if (isEnded(run.jobs.get(number))) return;
  for (const dependant of dependants) {
    const state = run.jobs.get(dependant);
    const hasBegun = state !== undefined && (state.kind !== "cancelled" || state.startedAt !== null);
    must(!hasBegun, `job ${dependant} has begun before ${number} has ended`);
  }
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

function edgesOf(run: RunState): unknown {
  const dependants = run.graph.dependants.map((list) => list.toSorted((left, right) => left - right));
  const byNumber = (map: ReadonlyMap<number, readonly number[]>): unknown =>
    [...map].toSorted(([left], [right]) => left - right);
  return [dependants, byNumber(run.graph.joiners), byNumber(run.graph.children), [...run.graph.byKey]];
}

/** Whether two values print the same, keys of objects in any order. */
export function isSame(left: unknown, right: unknown): boolean {
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
