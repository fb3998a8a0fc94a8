import type { WorkflowFile } from "@gaia/contracts/workflow-file.ts";
import { parseTemplate, type Value } from "@gaia/core/expression/index.ts";
import { parseCron } from "@gaia/core/schedule/index.ts";
import { didYouMean } from "@gaia/core/text/index.ts";
import { readDuration } from "./amounts.ts";
import { jsonValue, resolveInputs } from "./inputs.ts";
import type { Path } from "./place.ts";
import type { FileContext } from "./task-context.ts";
import { endedRunProblem, isRendered } from "./trigger-inputs.ts";
import type { InputDefinition, Trigger, UnarmedTrigger } from "./workflow.ts";

type TriggerFile = Exclude<NonNullable<WorkflowFile["triggers"]>, readonly unknown[]>;
type TriggerMap = Exclude<TriggerFile, string>;

/** Each trigger is of one of these kinds, and may have what belongs to it. */
const KINDS = ["cron", "pipeline", "webhook", "git"] as const;
type Kind = (typeof KINDS)[number];
const BELONGS: Readonly<Record<string, Kind>> = { timezone: "cron", missed: "cron", on: "pipeline" };

/** A trigger that is being read. */
interface Place {
  readonly path: Path;
  /** The name of the workflow itself. */
  readonly name: string;
  readonly inputs: readonly InputDefinition[];
  readonly context: FileContext;
}

/** Reads `triggers`: one or a list, each a cron expression or a map. */
export function readTriggers(
  file: Pick<WorkflowFile, "name" | "triggers">,
  inputs: readonly InputDefinition[],
  context: FileContext,
): readonly Trigger[] {
  const { triggers, name } = file;
  if (triggers === undefined) return [];
  const list: readonly (readonly [TriggerFile, Path])[] = Array.isArray(triggers)
    ? triggers.map((trigger, index): [TriggerFile, Path] => [trigger, ["triggers", index]])
    : [[triggers, ["triggers"]]];
  return list.flatMap(([trigger, path]) => {
    const read = readTrigger(trigger, { path, name, inputs, context });
    return read === null ? [] : [read];
  });
}

function readTrigger(trigger: TriggerFile, place: Place): Trigger | null {
  const { problems } = place.context;
  if (typeof trigger === "string") return readCron({ cron: trigger }, place.path, place);
  const kinds = KINDS.filter((key) => trigger[key] !== undefined);
  const [kind, second] = kinds;
  if (kind === undefined) {
    problems.add(place.path, 'a trigger wants `cron: "30 2 * * 1-5"`, or `pipeline`, `webhook` or `git`');
    return null;
  }
  if (second !== undefined) {
    problems.add(
      [...place.path, second],
      `a trigger has one of ${KINDS.join(", ")}; make another one of \`${second}\``,
      "key",
    );
    return null;
  }
  for (const [key, owner] of Object.entries(BELONGS)) {
    if (!Object.hasOwn(trigger, key) || owner === kind) continue;
    problems.add(
      [...place.path, key],
      `\`${key}\` belongs to \`${owner}\`, not to \`${kind}\`; remove it`,
      "key",
    );
  }
  switch (kind) {
    case "cron":
      return readCron(trigger, [...place.path, "cron"], place);
    case "pipeline":
      return readPipeline(trigger, place);
    case "webhook":
      return readUnarmed(
        kind,
        typeof trigger.webhook === "string" ? trigger.webhook : (trigger.webhook?.name ?? ""),
        trigger,
        place,
      );
    case "git":
      return readGit(trigger, place);
  }
}

function readCron(given: TriggerMap, at: Path, place: Place): Trigger {
  const { problems } = place.context;
  const text = given.cron ?? "";
  const cron = parseCron(text);
  if (cron.kind === "error") problems.add(at, cron.message);
  const timezone = given.timezone ?? "UTC";
  const zoneProblem = timezoneProblem(timezone);
  if (zoneProblem !== null) problems.add([...place.path, "timezone"], zoneProblem);
  const inputs = readInputs(given, place);
  return { kind: "cron", cron: text, timezone, missed: given.missed ?? "once", inputs };
}

function readPipeline(given: TriggerMap, place: Place): Trigger {
  const { problems } = place.context;
  const pipeline = given.pipeline ?? "";
  if (pipeline === place.name) {
    problems.add(
      [...place.path, "pipeline"],
      "a workflow cannot start itself whenever it has ended: that would never stop; use `retry`, or `cron`",
    );
  }
  return { kind: "pipeline", pipeline, on: given.on ?? "completed", inputs: readInputs(given, place, true) };
}

function readGit(given: TriggerMap, place: Place): UnarmedTrigger {
  const { repository, branches, tags, interval } = given.git ?? {};
  if (interval !== undefined)
    readDuration(interval, [...place.path, "git", "interval"], place.context.problems);
  const refs = [...(branches ?? []), ...(tags ?? [])].join(", ");
  const what = [repository ?? "its repository", refs].filter((part) => part !== "").join(" ");
  return readUnarmed("git", what, given, place);
}

const INSTEAD = {
  webhook: "start the run with `POST /api/v1/workflows/{id}/start`",
  git: "start the run from a hook with `gaia workflow start`",
} as const;

function readUnarmed(kind: "webhook" | "git", what: string, given: TriggerMap, place: Place): UnarmedTrigger {
  readInputs(given, place);
  place.context.problems.warn(
    [...place.path, kind],
    `this trigger is kept but not armed: this Gaia has no ${kind} triggers yet; ${INSTEAD[kind]}`,
    "key",
  );
  return { kind, what };
}

/** Nobody is there to be asked when the time comes: a required input must be given here. */
function readInputs(given: TriggerMap, place: Place, afterRun = false): Readonly<Record<string, Value>> {
  const { problems } = place.context;
  const path = [...place.path, "inputs"];
  const values = Object.fromEntries(
    Object.entries(given.inputs ?? {}).map(([name, value]) => [name, jsonValue(value) ?? null]),
  );
  const rendered = new Set<string>();
  for (const [name, value] of afterRun ? Object.entries(values) : []) {
    if (!isRendered(value)) continue;
    rendered.add(name);
    checkTemplate(value, [...path, name], place.context);
  }
  // What is filled in later can be judged only then; that there is such an input is known now.
  const known = place.inputs.filter((input) => !rendered.has(input.name));
  const names = new Set(place.inputs.map((input) => input.name));
  const plain = Object.entries(values).filter(([name]) => !rendered.has(name) || !names.has(name));
  const resolved = resolveInputs(known, Object.fromEntries(plain));
  if (resolved.kind === "invalid") for (const problem of resolved.problems) problems.add(path, problem);
  return values;
}

function checkTemplate(text: string, path: Path, context: FileContext): void {
  for (const piece of parseTemplate(text)) {
    if (typeof piece === "string") continue;
    const problem = endedRunProblem(piece.path);
    if (problem !== null)
      context.problems.addInside(path, problem, text.slice(piece.offset, piece.offset + piece.length), 0);
  }
}

function timezoneProblem(name: string): string | null {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone === ""
      ? "the time zone has no name"
      : null;
  } catch {
    const meant = didYouMean(name, Intl.supportedValuesOf("timeZone"));
    return `unknown time zone \`${name}\`${meant === "" ? "; write it like `Europe/Berlin`, or `UTC`" : meant}`;
  }
}
