import { ENVIRONMENT_NAME } from "@gaia/contracts/workflow-file.ts";
import { LIMITS } from "@gaia/contracts";
import { parseTemplate, type Template } from "@gaia/core/expression/index.ts";
import type { Path } from "./place.ts";
import { secretOf } from "./references.ts";
import { EVALUATED_ENVIRONMENT } from "./shell-evaluation.ts";
import { type EnvironmentEntry, environmentEntries, type TaskContext } from "./task-context.ts";
import { readTemplate } from "./templates.ts";

/** The environment of a task, by how each value gets there. */
export interface TaskEnvironment {
  readonly literal: Readonly<Record<string, string>>;
  readonly rendered: Readonly<Record<string, Template>>;
  /** Environment variable -> name of the secret. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Names that Gaia sets for every attempt, or that would change whom the attempt reports to. */
const RESERVED = /^(GAIA_.*|TRACEPARENT|TRACESTATE)$/;

/** Reads what `env`, `environment` and `secrets` of the task, the defaults and the file say; the nearest wins. */
export function readEnvironment(context: TaskContext): TaskEnvironment {
  const literal: Record<string, string> = {};
  const rendered: Record<string, Template> = {};
  const secrets: Record<string, string> = {};
  const own = environmentEntries(context.task, context.path, context);
  const entries = new Map([...context.environment, ...own].map((entry) => [entry.name, entry]));
  for (const entry of entries.values()) {
    if (!checkName(entry.name, entry.path, context)) continue;
    checkSize(entry, context);
    const template = parseTemplate(entry.text);
    const [only] = template;
    const secret =
      template.length === 1 && typeof only === "object" ? secretOf(only.path, context.scope) : null;
    if (EVALUATED_ENVIRONMENT.test(entry.name) && template.some((piece) => typeof piece !== "string")) {
      context.problems.add(
        entry.path,
        `a shell runs what is in \`${entry.name}\`; no \`\${…}\` can stand in it`,
      );
    } else if (secret !== null) secrets[entry.name] = secret;
    else if (template.every((piece) => typeof piece === "string")) literal[entry.name] = template.join("");
    else rendered[entry.name] = readTemplate(entry.text, entry.path, context.scope, context.problems);
  }
  for (const [name, secret] of namedSecrets(context)) {
    if (entries.has(name))
      context.problems.add(
        [...context.path, "secrets"],
        `\`${name}\` stands in \`env\` and in \`secrets\`; keep one`,
      );
    secrets[name] = secret;
  }
  const bytes = Object.entries(literal).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (bytes > LIMITS.environmentBytes) {
    context.problems.add(
      context.path,
      `its environment has ${bytes} bytes, more than the limit of ${LIMITS.environmentBytes}`,
    );
  }
  return { literal, rendered, secrets };
}

function namedSecrets(context: TaskContext): readonly (readonly [string, string])[] {
  const { secrets } = context.task;
  if (secrets === undefined) return [];
  const path = [...context.path, "secrets"];
  if (Array.isArray(secrets))
    return secrets
      .filter((name, index) => checkName(name, [...path, index], context))
      .map((name) => [name, name]);
  return Object.entries(secrets).filter(([name]) => checkName(name, [...path, name], context));
}

function checkName(name: string, path: Path, context: TaskContext): boolean {
  if (RESERVED.test(name)) {
    context.problems.add(
      path,
      `\`${name}\` is set by Gaia itself; choose a name that does not start with GAIA_ or TRACE`,
      "key",
    );
    return false;
  }
  return ENVIRONMENT_NAME.test(name);
}

function checkSize(entry: EnvironmentEntry, context: TaskContext): void {
  const bytes = Buffer.byteLength(entry.text);
  if (bytes > LIMITS.environmentValueBytes) {
    context.problems.add(
      entry.path,
      `the value has ${bytes} bytes, more than the limit of ${LIMITS.environmentValueBytes}; put it into a file`,
    );
  }
  if (entry.text.includes("\0"))
    context.problems.add(entry.path, "an environment variable cannot hold a NUL character");
}
