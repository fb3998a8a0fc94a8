import { BUILD_HOOK } from "@gaia/contracts/program-build.ts";
import type { ProgramTriggerFile } from "@gaia/contracts/workflow-trigger.ts";
import {
  parseExpression,
  parseTemplate,
  printPath,
  references,
  usesStatus,
  type Value,
} from "@gaia/core/expression/index.ts";
import { parseCron } from "@gaia/core/schedule/index.ts";
import { didYouMean } from "@gaia/core/text/index.ts";
import { readGit } from "./git-trigger.ts";
import { fitInputs, jsonValue } from "./inputs.ts";
import type { Path } from "./place.ts";
import type { ProblemList } from "./problem-list.ts";
import {
  deliveryProblem,
  endedRunProblem,
  gitProblem,
  isRendered,
  type PathCheck,
} from "./trigger-inputs.ts";
import type { InputDefinition, Trigger, WebhookTrigger } from "./workflow.ts";

/** As a file says it; what a program may call its inputs includes what a workflow may. */
type TriggerFile = ProgramTriggerFile;
export type TriggerMap = Exclude<TriggerFile, string>;

/** Each trigger is of one of these kinds, and may have what belongs to it. */
const KINDS = ["cron", "pipeline", "webhook", "git"] as const;
type Kind = (typeof KINDS)[number];
const BELONGS: Readonly<Record<string, Kind>> = { timezone: "cron", missed: "cron", on: "pipeline" };

/** Whose triggers they are. */
export interface TriggerOwner {
  readonly kind: "workflow" | "program";
  /** Null: not known yet. */
  readonly name: string | null;
  /** What its runs can be told; null: not known yet, so that `inputs` are not judged. */
  readonly inputs: readonly InputDefinition[] | null;
  /** Arguments of a program that are filled from secrets: nobody may give them. */
  readonly sealed: ReadonlySet<string>;
}

/** A trigger that is being read. */
export interface TriggerPlace {
  readonly path: Path;
  readonly owner: TriggerOwner;
  readonly problems: ProblemList;
}

/** Reads `triggers`: one or a list, each a cron expression or a map. */
export function readTriggers(
  triggers: TriggerFile | readonly TriggerFile[] | undefined,
  owner: TriggerOwner,
  problems: ProblemList,
): readonly Trigger[] {
  if (triggers === undefined) return [];
  const list: readonly (readonly [TriggerFile, Path])[] = isList(triggers)
    ? triggers.map((trigger, index): [TriggerFile, Path] => [trigger, ["triggers", index]])
    : [[triggers, ["triggers"]]];
  const webhooks = new Set<string>();
  return list.flatMap(([trigger, path]) => {
    const read = readTrigger(trigger, { path, owner, problems });
    if (read?.kind === "webhook" || read?.kind === "git") {
      if (owner.kind === "program" && read.name === BUILD_HOOK) {
        problems.add(
          [...path, read.kind],
          `\`${BUILD_HOOK}\` is the address at which pushes to the program itself are told; give the ${read.kind} another \`name\``,
        );
      }
      if (webhooks.has(read.name)) {
        const message = `there is a webhook \`${read.name}\` already; give each of them a \`name\` of its own`;
        problems.add([...path, read.kind], message);
      }
      webhooks.add(read.name);
    }
    return read === null ? [] : [read];
  });
}

function readTrigger(trigger: TriggerFile, place: TriggerPlace): Trigger | null {
  const { problems } = place;
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
      return readWebhook(trigger, place);
    case "git":
      return readGitTrigger(trigger, place);
  }
}

/** The checkout with which runs of a workflow begin is told the commit; a program is told what `inputs` say. */
function readGitTrigger(given: TriggerMap, place: TriggerPlace): Trigger {
  const trigger = { ...readGit(given, place), inputs: readInputs(given, place, gitProblem) };
  if (place.owner.kind === "program" || trigger.repository === null) return trigger;
  return { ...trigger, inputs: { ...trigger.inputs, commit: "${git.commit}" } };
}

function readCron(given: TriggerMap, at: Path, place: TriggerPlace): Trigger {
  const { problems } = place;
  const text = given.cron ?? "";
  const cron = parseCron(text);
  if (cron.kind === "error") problems.add(at, cron.message);
  const timezone = given.timezone ?? "UTC";
  const zoneProblem = timezoneProblem(timezone);
  if (zoneProblem !== null) problems.add([...place.path, "timezone"], zoneProblem);
  const inputs = readInputs(given, place);
  return { kind: "cron", cron: text, timezone, missed: given.missed ?? "once", inputs };
}

function readPipeline(given: TriggerMap, place: TriggerPlace): Trigger {
  const { problems } = place;
  const pipeline = given.pipeline ?? "";
  if (pipeline === place.owner.name) {
    problems.add(
      [...place.path, "pipeline"],
      `a ${place.owner.kind} cannot start itself whenever it has ended: that would never stop; use \`retry\`, or \`cron\``,
    );
  }
  return {
    kind: "pipeline",
    pipeline,
    on: given.on ?? "completed",
    inputs: readInputs(given, place, endedRunProblem),
  };
}

function readWebhook(given: TriggerMap, place: TriggerPlace): WebhookTrigger {
  const { problems } = place;
  const written = typeof given.webhook === "string" ? { name: given.webhook } : given.webhook;
  const { name = "", secret = null, events = null, when = null } = written ?? {};
  const path = [...place.path, "webhook"];
  if (secret === null) {
    problems.warn(
      path,
      "nobody can call this webhook: name the secret with which its sender signs (`secret: NAME`, kept by `gaia secret set NAME`)",
      "key",
    );
  }
  if (when !== null) checkCondition(when, [...path, "when"], problems);
  return { kind: "webhook", name, secret, events, when, inputs: readInputs(given, place, deliveryProblem) };
}

function checkCondition(text: string, path: Path, problems: ProblemList): void {
  const parsed = parseExpression(text);
  if (parsed.kind === "error") {
    problems.addInside(path, parsed.message, text.slice(parsed.offset, parsed.offset + parsed.length), 0);
    return;
  }
  if (usesStatus(parsed.expression))
    problems.add(
      path,
      "there is no run yet whose status could be asked; write a condition on `body` or `event`",
    );
  for (const reference of references(parsed.expression)) {
    const [root = ""] = reference;
    const problem = deliveryProblem([root === "headers" ? "body" : root]);
    if (problem !== null) problems.addInside(path, problem, printPath(reference), 0);
  }
}

/** Nobody is there to be asked when the time comes: a required input must be given here. */
function readInputs(
  given: TriggerMap,
  place: TriggerPlace,
  pathProblem: PathCheck | null = null,
): Readonly<Record<string, Value>> {
  const { problems } = place;
  const path = [...place.path, "inputs"];
  const values = Object.fromEntries(
    Object.entries(given.inputs ?? {}).map(([name, value]) => [name, jsonValue(value) ?? null]),
  );
  const rendered = new Set<string>();
  if (pathProblem !== null) {
    for (const [name, value] of Object.entries(values)) {
      if (!isRendered(value)) continue;
      rendered.add(name);
      checkTemplate(value, [...path, name], pathProblem, problems);
    }
  }
  if (place.owner.inputs !== null) judgeInputs(values, rendered, place.owner.inputs, place);
  return values;
}

/** @param rendered what is filled in later, and can be judged only then; that there is such an input is known now */
function judgeInputs(
  values: Readonly<Record<string, Value>>,
  rendered: ReadonlySet<string>,
  inputs: readonly InputDefinition[],
  { path, owner, problems }: TriggerPlace,
): void {
  const names = new Set(inputs.map((input) => input.name));
  const isSealed = (name: string): boolean => owner.sealed.has(name) && !names.has(name);
  const at = [...path, "inputs"];
  for (const name of Object.keys(values).filter(isSealed))
    problems.add(
      [...at, name],
      `\`${name}\` is filled from the secret of this name, and may not be given; remove it`,
      "key",
    );
  const given = Object.entries(values).filter(
    ([name]) => !(rendered.has(name) && names.has(name)) && !isSealed(name),
  );
  const known = inputs.filter((input) => !rendered.has(input.name));
  for (const { name, kind, sentence } of fitInputs(known, Object.fromEntries(given)).problems) {
    if (kind === "missing") problems.add(at, sentence);
    else problems.add([...at, name], sentence, kind === "unknown" ? "key" : "value");
  }
}

function isList(triggers: TriggerFile | readonly TriggerFile[]): triggers is readonly TriggerFile[] {
  return Array.isArray(triggers);
}

function checkTemplate(text: string, path: Path, pathProblem: PathCheck, problems: ProblemList): void {
  for (const piece of parseTemplate(text)) {
    if (typeof piece === "string") continue;
    const problem = pathProblem(piece.path);
    if (problem !== null)
      problems.addInside(path, problem, text.slice(piece.offset, piece.offset + piece.length), 0);
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
