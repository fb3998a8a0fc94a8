import { type InputFile, VARIABLE_NAME, type WorkflowFile } from "@gaia/contracts/workflow-file.ts";
import type { Value } from "@gaia/core/expression/index.ts";
import { convertInput } from "./inputs.ts";
import { type Path, textAt } from "./place.ts";
import type { FileContext } from "./task-context.ts";
import { RESERVED_NAMES } from "./references.ts";
import type { InputDefinition } from "./workflow.ts";

/** Reads `inputs`, written as a map or as a list, and checks each definition against itself. */
export function readInputDefinitions(
  inputs: WorkflowFile["inputs"],
  variables: Readonly<Record<string, Value>>,
  context: FileContext,
): readonly InputDefinition[] {
  const definitions: InputDefinition[] = [];
  if (inputs === undefined) return definitions;
  const entries: readonly { name: string; input: InputFile; path: Path }[] = Array.isArray(inputs)
    ? inputs.map(({ name, ...input }, index) => ({ name, input, path: ["inputs", index] }))
    : Object.entries(inputs).map(([name, input]) => ({ name, input, path: ["inputs", name] }));
  const seen = new Set<string>();
  for (const { name, input, path } of entries) {
    if (seen.has(name)) context.problems.add(path, `duplicate input \`${name}\``);
    seen.add(name);
    checkVariableName(name, path, context);
    if (Object.hasOwn(variables, name)) {
      context.problems.add(
        path,
        `\`${name}\` is a variable and an input; give one of them another name`,
        "key",
      );
    }
    definitions.push(readDefinition(name, input, path, context));
  }
  return definitions;
}

/** Names that mean something else in `${…}` cannot be given. */
export function checkVariableName(name: string, path: Path, context: FileContext): void {
  if ((RESERVED_NAMES as readonly string[]).includes(name)) {
    context.problems.add(
      path,
      `\`${name}\` means something of its own in \`\${…}\`; choose another name`,
      "key",
    );
  } else if (!VARIABLE_NAME.test(name)) {
    context.problems.add(path, `the name \`${name}\` wants letters, digits and "_", no digit first`, "key");
  }
}

function readDefinition(name: string, input: InputFile, path: Path, context: FileContext): InputDefinition {
  const { problems } = context;
  const type = input.type ?? "text";
  const textOf = (value: string | number | boolean, at: Path) =>
    typeof value === "string" ? value : (textAt(context.root, at) ?? String(value));
  const definition: InputDefinition = {
    name,
    type,
    description: input.description ?? "",
    required: input.required ?? input.default === undefined,
    default: null,
    choices: (input.choices ?? []).map((choice, index) => textOf(choice, [...path, "choices", index])),
    min: input.min ?? null,
    max: input.max ?? null,
  };
  checkBounds(definition, input, path, context);
  if (input.default === undefined) {
    if (input.required === false && EMPTY[type] === null) {
      problems.add(path, `an input of type ${type} that is not required needs a \`default\``);
    }
    return { ...definition, default: definition.required ? null : EMPTY[type] };
  }
  if (type === "secret") {
    problems.add(
      [...path, "default"],
      "a secret has no default: it would stand in this file; remove it",
      "key",
    );
    return definition;
  }
  const at = [...path, "default"];
  const given = type === "number" || type === "boolean" ? input.default : textOf(input.default, at);
  const converted = convertInput(definition, given);
  if (converted.kind === "problem") problems.add(at, `the default does not fit: ${converted.message}`);
  return converted.kind === "ok" ? { ...definition, default: converted.value } : definition;
}

/** What an input is that nobody gave and that needs not be given; null: there is no such value. */
const EMPTY = { text: "", textarea: "", boolean: false, number: null, choice: null, secret: null } as const;

function checkBounds(definition: InputDefinition, input: InputFile, path: Path, context: FileContext): void {
  const { problems } = context;
  const { type, min, max } = definition;
  if (type === "choice" && input.choices === undefined)
    problems.add(path, "an input of type choice needs `choices`");
  if (type !== "choice" && input.choices !== undefined) {
    problems.add([...path, "choices"], `\`choices\` belongs to \`type: choice\`, not to ${type}`, "key");
  }
  if (new Set(definition.choices).size < definition.choices.length)
    problems.add([...path, "choices"], "a choice stands here twice");
  for (const key of ["min", "max"] as const) {
    if (input[key] === undefined || type === "number" || type === "text" || type === "textarea") continue;
    problems.add([...path, key], `\`${key}\` has no meaning for an input of type ${type}`, "key");
  }
  if (min !== null && max !== null && min > max)
    problems.add([...path, "max"], "`max` is smaller than `min`");
}
