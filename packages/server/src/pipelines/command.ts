import { LIMITS } from "@gaia/contracts";
import { parseTemplate } from "@gaia/core/expression/index.ts";
import type { Bindings } from "./bindings.ts";
import type { Path } from "./place.ts";
import { pathProblem, placeholderOf, RESERVED_NAMES, secretOf } from "./references.ts";
import { bindShellText, type Owner } from "./shell-binding.ts";
import { assignedNames } from "./shell-words.ts";
import type { TaskContext } from "./task-context.ts";

/**
 * Programs whose `-c` reads shell text as Gaia knows it. In the text of others it cannot quote a value; ksh and zsh look
 * alike, but evaluate values where these do not (`[ "$x" -eq 1 ]`).
 */
const SHELLS = new Set(["sh", "bash", "dash", "ash"]);
const MAX_PLACEHOLDERS = 500;

/** The text that the shell gets: Gaia's placeholders replaced by quoted environment variables. */
export function readCommand(
  context: TaskContext,
  command: string,
  surroundings: {
    readonly shell: readonly string[];
    readonly environment: ReadonlySet<string>;
    readonly bindings: Bindings;
  },
): string {
  const path = [...context.path, "command"];
  const bytes = Buffer.byteLength(command);
  if (bytes > LIMITS.commandBytes) {
    context.problems.add(
      path,
      `the command has ${bytes} bytes, more than the limit of ${LIMITS.commandBytes}; put it into a script`,
    );
    return command;
  }
  if (!isShell(surroundings.shell)) return readForeign(context, command, path, surroundings.shell);
  const assigned = assignedNames(command);
  const owners = new Map<string, Owner>();
  const bound = bindShellText(command, (reference) => {
    const identity = reference.join(".");
    const known = owners.get(identity);
    if (known !== undefined) return known;
    const owner = ownerOf(reference, context, { ...surroundings, assigned });
    owners.set(identity, owner);
    return owner;
  });
  for (const warning of bound.warnings)
    context.problems.warnInside(path, warning.message, warning.source, warning.occurrence);
  for (const problem of bound.problems)
    context.problems.addInside(path, problem.message, problem.source, problem.occurrence);
  if (owners.size > MAX_PLACEHOLDERS) {
    context.problems.add(
      path,
      `the command names more than ${MAX_PLACEHOLDERS} values; put them into a file or into \`env\``,
    );
  }
  warnOfLookalikes(context, command, path, { assigned, expansions: bound.expansions });
  return bound.text;
}

function isShell(shell: readonly string[]): boolean {
  const program = shell[0] ?? "";
  return SHELLS.has(program.slice(program.lastIndexOf("/") + 1));
}

interface Names {
  readonly assigned: ReadonlySet<string>;
  readonly environment: ReadonlySet<string>;
  readonly bindings: Bindings;
}

function ownerOf(path: readonly string[], context: TaskContext, names: Names): Owner {
  const secret = secretOf(path, context.scope);
  const problem = secret === null ? pathProblem(path, context.scope, "text") : null;
  if (secret !== null) return { kind: "variable", name: names.bindings.secret(secret) };
  if (problem === null) return { kind: "variable", name: names.bindings.value(path) };
  const [root = "", index] = path;
  const isPlain = path.length === 1 || (path.length === 2 && /^\d+$/.test(index ?? ""));
  const isReserved = (RESERVED_NAMES as readonly string[]).includes(root);
  if (!isPlain || (isReserved && !names.assigned.has(root))) return { kind: "problem", message: problem };
  const isShells = /^[A-Z_][A-Z0-9_]*$/.test(root) || names.assigned.has(root) || names.environment.has(root);
  if (isShells) return { kind: "shell" };
  return { kind: "problem", message: `${problem} (a variable of the shell is written \`$${root}\`)` };
}

/** Names that mean one thing to Gaia and another to the shell are allowed, and seldom meant. */
function warnOfLookalikes(
  context: TaskContext,
  command: string,
  path: Path,
  found: {
    readonly assigned: ReadonlySet<string>;
    readonly expansions: readonly {
      readonly name: string;
      readonly source: string;
      readonly occurrence: number;
    }[];
  },
): void {
  const isDeclared = (name: string) =>
    context.scope.inputs.has(name) || Object.hasOwn(context.scope.variables, name);
  for (const expansion of found.expansions) {
    if (!isDeclared(expansion.name) || found.assigned.has(expansion.name)) continue;
    const message = `\`${expansion.source}\` is the shell's, which does not know the workflow's \`${expansion.name}\`; write \`${expansion.name}=\${${expansion.name}}\` before it`;
    context.problems.warnInside(path, message, expansion.source, expansion.occurrence);
  }
  for (const name of found.assigned) {
    if (!isDeclared(name) || !command.includes(`\${${name}}`)) continue;
    const message = `the command sets \`${name}\`, but \`\${${name}}\` is the workflow's; write \`$${name}\` for the shell's`;
    context.problems.warnInside(path, message, `\${${name}}`, 0);
  }
}

/** The text of another language: `${…}` may be its own syntax, and Gaia's placeholders have no safe place in it. */
function readForeign(context: TaskContext, command: string, path: Path, shell: readonly string[]): string {
  for (const piece of parseTemplate(command)) {
    if (typeof piece === "string") continue;
    const isKnown =
      secretOf(piece.path, context.scope) !== null || pathProblem(piece.path, context.scope, "text") === null;
    if (!isKnown) continue;
    const source = placeholderOf(piece.path);
    const message = `\`${source}\` cannot be put into the text of \`${shell[0] ?? ""}\`, which is not a shell that Gaia knows; give it by \`env\`, or write \`$${source}\` for the literal text`;
    context.problems.addInside(path, message, source, 0);
  }
  return command.replaceAll("$${", "${");
}
