import type { ProgramArgumentDefinition, ProgramJobDefinition } from "@gaia/contracts/program-build.ts";
import type { InputDefinition } from "./workflow.ts";

/**
 * What jobs want to be told: a key that several of them have is asked for once. Secrets are not asked for. What only jobs
 * on demand require is told by those that add them, so that no run needs to be given it.
 */
export function inputsOf(jobs: readonly ProgramJobDefinition[]): readonly InputDefinition[] {
  const byKey = new Map<string, ProgramArgumentDefinition[]>();
  for (const { onDemand, arguments: own } of jobs) {
    for (const argument of own) {
      if (argument.type === "vault") continue;
      const asked = { ...argument, required: argument.required && !onDemand };
      byKey.set(argument.key, [...(byKey.get(argument.key) ?? []), asked]);
    }
  }
  return [...byKey.values()].flatMap((same) => inputOf(same) ?? []);
}

function inputOf(same: readonly ProgramArgumentDefinition[]): InputDefinition | null {
  const [first] = same;
  if (first === undefined || first.type === "vault") return null;
  const text = same.find((argument) => argument.default !== "")?.default ?? "";
  const value = defaultOf(first, text);
  return {
    name: first.key,
    type: first.type,
    description: same.find((argument) => argument.description !== "")?.description ?? "",
    required: value === null && same.some((argument) => argument.required),
    default: value,
    choices: first.choices,
    min: null,
    max: null,
  };
}

/** A default that is none of its type is left to the program. */
function defaultOf({ type, choices }: ProgramArgumentDefinition, text: string): InputDefinition["default"] {
  if (text === "") return null;
  switch (type) {
    case "number": {
      const number = Number(text);
      return Number.isFinite(number) ? number : null;
    }
    case "boolean":
      return text === "true" ? true : text === "false" ? false : null;
    case "choice":
      return choices.includes(text) ? text : null;
    case "text":
    case "textarea":
    case "vault":
      return text;
  }
}
