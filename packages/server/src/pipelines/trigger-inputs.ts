import { parseTemplate, renderTemplate, type Value } from "@gaia/core/expression/index.ts";
import { didYouMean } from "@gaia/core/text/index.ts";

/** What the inputs of a `pipeline` trigger can name of the run that ended. */
export interface EndedRun {
  readonly id: string;
  readonly number: number;
  readonly status: string;
  readonly outputs: Readonly<Record<string, Value>>;
}

/** What the inputs and the condition of a `webhook` trigger can name of a delivery. */
export interface DeliveredFacts {
  readonly body: Value;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** By the name that the sender gives it; null: none. */
  readonly event: string | null;
  /** The id that the sender gave it, or one made of its body. */
  readonly delivery: string;
}

/** What is wrong with a path in a value of `inputs`; null when it can be filled in. */
export type PathCheck = (path: readonly string[]) => string | null;

/** What the inputs of a `git` trigger can name of the event. What the event does not have is empty. */
export interface GitFacts {
  readonly event: string;
  readonly commit: string;
  readonly before: string;
  readonly ref: string;
  readonly branch: string;
  readonly tag: string;
  /** Of the pull request. */
  readonly number: string;
  readonly title: string;
  readonly author: string;
  /** Page of the commit or the pull request. */
  readonly url: string;
}

const GIT_NAMES = ["event", "commit", "before", "ref", "branch", "tag", "number", "title", "author", "url"];
const RUN_NAMES = ["id", "number", "status", "outputs"];
const DELIVERY_NAMES = ["body", "headers", "event", "delivery"];

/** Whether a value of `inputs` names something that is known only when the trigger fires. */
export function isRendered(value: Value): value is string {
  return typeof value === "string" && parseTemplate(value).some((piece) => typeof piece !== "string");
}

/** Of the run that ended. */
export const endedRunProblem: PathCheck = (path) => {
  const [root = "", name] = path;
  const shape = "write `run.id`, `run.number`, `run.status` or `run.outputs.NAME`, of the run that ended";
  if (root !== "run") return `\`${root}\` means nothing here: ${shape}`;
  if (name === undefined || !RUN_NAMES.includes(name)) return `${shape}${didYouMean(name ?? "", RUN_NAMES)}`;
  const isWhole = name === "outputs" ? path.length >= 3 : path.length === 2;
  return isWhole ? null : shape;
};

/** Of what was delivered. */
export const deliveryProblem: PathCheck = (path) => {
  const [root = ""] = path;
  const shape = "write `body`, `body.KEY`, `headers.NAME`, `event` or `delivery`, of what was delivered";
  if (!DELIVERY_NAMES.includes(root))
    return `\`${root}\` means nothing here: ${shape}${didYouMean(root, DELIVERY_NAMES)}`;
  if (root === "headers") return path.length === 2 ? null : shape;
  return root === "body" || path.length === 1 ? null : shape;
};

/** Of what a forge tells. */
export const gitProblem: PathCheck = (path) => {
  const [root = "", name = ""] = path;
  const shape = `write \`git.NAME\`: ${GIT_NAMES.join(", ")}`;
  if (root !== "git") return `\`${root}\` means nothing here: ${shape}`;
  return path.length === 2 && GIT_NAMES.includes(name) ? null : `${shape}${didYouMean(name, GIT_NAMES)}`;
};

/** The inputs with everything filled in, or why that cannot be. @param facts by the names that texts give them */
export function renderTriggerInputs(
  inputs: Readonly<Record<string, Value>>,
  facts: { readonly run: EndedRun } | { readonly git: GitFacts } | DeliveredFacts,
):
  | { readonly kind: "ok"; readonly inputs: Readonly<Record<string, Value>> }
  | { readonly kind: "error"; readonly message: string } {
  const rendered: Record<string, Value> = {};
  const known = valueOf(facts);
  for (const [name, value] of Object.entries(inputs)) {
    if (typeof value !== "string") {
      rendered[name] = value;
      continue;
    }
    const text = renderTemplate(parseTemplate(value), (path) => valueAt(known, path));
    if (text.kind === "error") return { kind: "error", message: `input \`${name}\`: ${text.message}` };
    rendered[name] = text.text;
  }
  return { kind: "ok", inputs: rendered };
}

function valueOf(facts: Parameters<typeof renderTriggerInputs>[1]): Value {
  if ("run" in facts) return { run: { ...facts.run } };
  return "git" in facts ? { git: { ...facts.git } } : { ...facts };
}

function valueAt(from: Value, path: readonly string[]): Value | undefined {
  return path.reduce<Value | undefined>((value, key) => {
    if (typeof value !== "object" || value === null) return undefined;
    return Object.entries(value).find(([name]) => name === key)?.[1];
  }, from);
}
