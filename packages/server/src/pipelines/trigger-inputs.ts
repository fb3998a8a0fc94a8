import { parseTemplate, renderTemplate, type Value } from "@gaia/core/expression/index.ts";
import { didYouMean } from "@gaia/core/text/index.ts";

/** What the inputs of a `pipeline` trigger can name of the run that ended. */
export interface EndedRun {
  readonly id: string;
  readonly number: number;
  readonly status: string;
  readonly outputs: Readonly<Record<string, Value>>;
}

const NAMES = ["id", "number", "status", "outputs"];

/** Whether a value of `inputs` names something of the run that ended. */
export function isRendered(value: Value): value is string {
  return typeof value === "string" && parseTemplate(value).some((piece) => typeof piece !== "string");
}

/** What is wrong with a path in such a value; null when it can be filled in. */
export function endedRunProblem(path: readonly string[]): string | null {
  const [root = "", name] = path;
  const shape = "write `run.id`, `run.number`, `run.status` or `run.outputs.NAME`, of the run that ended";
  if (root !== "run") return `\`${root}\` means nothing here: ${shape}`;
  if (name === undefined || !NAMES.includes(name)) return `${shape}${didYouMean(name ?? "", NAMES)}`;
  const isWhole = name === "outputs" ? path.length >= 3 : path.length === 2;
  return isWhole ? null : shape;
}

/** The inputs with everything filled in, or why that cannot be. */
export function renderTriggerInputs(
  inputs: Readonly<Record<string, Value>>,
  run: EndedRun,
):
  | { readonly kind: "ok"; readonly inputs: Readonly<Record<string, Value>> }
  | { readonly kind: "error"; readonly message: string } {
  const rendered: Record<string, Value> = {};
  for (const [name, value] of Object.entries(inputs)) {
    if (typeof value !== "string") {
      rendered[name] = value;
      continue;
    }
    const text = renderTemplate(parseTemplate(value), ([, ...path]) => valueAt({ ...run }, path));
    if (text.kind === "error") return { kind: "error", message: `input \`${name}\`: ${text.message}` };
    rendered[name] = text.text;
  }
  return { kind: "ok", inputs: rendered };
}

function valueAt(from: Value, path: readonly string[]): Value | undefined {
  return path.reduce<Value | undefined>((value, key) => {
    if (typeof value !== "object" || value === null) return undefined;
    return Object.entries(value).find(([name]) => name === key)?.[1];
  }, from);
}
