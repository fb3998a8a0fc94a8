import type { WorkflowFile } from "@gaia/contracts/workflow-file.ts";
import { parseCron } from "@gaia/core/schedule/index.ts";
import { didYouMean } from "@gaia/core/text/index.ts";
import { jsonValue, resolveInputs } from "./inputs.ts";
import type { Path } from "./place.ts";
import type { FileContext } from "./task-context.ts";
import type { CronTrigger, InputDefinition } from "./workflow.ts";

type TriggerFile = Exclude<NonNullable<WorkflowFile["triggers"]>, readonly unknown[]>;

/** Reads `triggers`: one or a list, each a cron expression or a map. */
export function readTriggers(
  triggers: WorkflowFile["triggers"],
  inputs: readonly InputDefinition[],
  context: FileContext,
): readonly CronTrigger[] {
  if (triggers === undefined) return [];
  const list: readonly (readonly [TriggerFile, Path])[] = Array.isArray(triggers)
    ? triggers.map((trigger, index): [TriggerFile, Path] => [trigger, ["triggers", index]])
    : [[triggers, ["triggers"]]];
  return list.flatMap(([trigger, path]) => {
    const read = readTrigger(trigger, path, inputs, context);
    return read === null ? [] : [read];
  });
}

const UNSUPPORTED = {
  webhook: "webhooks are not built yet; start the run with `POST /api/v1/workflows/{id}/start`",
  git: "triggers on git are not built yet; start the run from a hook with `gaia workflow start`",
  pipeline:
    "triggers after another pipeline are not built yet; let that one end with a task of `type: pipeline`",
} as const;

function readTrigger(
  trigger: TriggerFile,
  path: Path,
  inputs: readonly InputDefinition[],
  context: FileContext,
): CronTrigger | null {
  const { problems } = context;
  const given = typeof trigger === "string" ? { cron: trigger } : trigger;
  let isKnown = true;
  for (const key of ["webhook", "git", "pipeline"] as const) {
    if (given[key] === undefined) continue;
    problems.add([...path, key], UNSUPPORTED[key], "key");
    isKnown = false;
  }
  if (!isKnown) return null;
  const at = typeof trigger === "string" ? path : [...path, "cron"];
  if (given.cron === undefined) {
    problems.add(path, 'a trigger wants `cron: "30 2 * * 1-5"`');
    return null;
  }
  const cron = parseCron(given.cron);
  if (cron.kind === "error") problems.add(at, cron.message);
  const timezone = given.timezone ?? "UTC";
  const zoneProblem = timezoneProblem(timezone);
  if (zoneProblem !== null) problems.add([...path, "timezone"], zoneProblem);
  const values = Object.fromEntries(
    Object.entries(given.inputs ?? {}).map(([name, value]) => [name, jsonValue(value) ?? null]),
  );
  // Nobody is there to be asked when the time comes: a required input must be given here.
  const resolved = resolveInputs(inputs, values);
  if (resolved.kind === "invalid")
    for (const problem of resolved.problems) problems.add([...path, "inputs"], problem);
  return { kind: "cron", cron: given.cron, timezone, missed: given.missed ?? "once", inputs: values };
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
