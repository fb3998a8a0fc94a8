import type { ProgramDefinition, ProgramJobDefinition } from "@gaia/contracts/program-build.ts";
import type { ProgramTriggerFile } from "@gaia/contracts/workflow-trigger.ts";
import { ProblemList } from "./problem-list.ts";
import { inputsOf } from "./program-inputs.ts";
import { readTriggers } from "./triggers.ts";
import type { Trigger } from "./workflow.ts";

/**
 * Checks the `triggers` of a `gaia.yaml` as those of a workflow file are checked. A trigger behind the program itself is
 * found when there is a version: what the pipeline is called is not known before.
 *
 * @param jobs of the built program, by whose arguments `inputs` are judged; null: it is not built yet
 */
export function checkProgramTriggers(
  triggers: ProgramTriggerFile | readonly ProgramTriggerFile[] | undefined,
  jobs: readonly ProgramJobDefinition[] | null,
  problems: ProblemList,
): void {
  const inputs = jobs === null ? null : inputsOf(jobs);
  readTriggers(triggers, { kind: "program", name: null, inputs, sealed: sealedOf(jobs ?? []) }, problems);
}

/** What starts runs of a program's version: its build has checked it. */
export function armedTriggers({ name, program }: ProgramDefinition): readonly Trigger[] {
  const owner = { kind: "program", name, inputs: null, sealed: sealedOf([]) } as const;
  return readTriggers(program.triggers, owner, new ProblemList("gaia.yaml", ""));
}

function sealedOf(jobs: readonly ProgramJobDefinition[]): ReadonlySet<string> {
  return new Set(
    jobs.flatMap(({ arguments: own }) => own.flatMap(({ key, type }) => (type === "vault" ? [key] : []))),
  );
}
