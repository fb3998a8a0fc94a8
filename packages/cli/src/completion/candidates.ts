import { COMMON_FLAGS, type CommandSpec, type Completes, type FlagSpec } from "../command-spec.ts";
import { COMMANDS } from "../commands/specs.ts";
import type { Context } from "../context.ts";
import { findCommand } from "../program.ts";
import { agoText } from "../terminal/time.ts";

/** A word that may come next. */
export interface Candidate {
  readonly word: string;
  /** What it is; empty when the word says it. */
  readonly text: string;
}

/** The shell completes names of files itself. */
const FILES: Candidate = { word: ":files", text: "" };

const RUN_STATUSES = ["pending", "running", "stopping", "completed", "failed", "cancelled"];

/** Who presses Tab does not wait for a server longer than this. */
const SERVER_WITHIN_MS = 500;

/** What may follow the words; the last one is the one that is being typed, perhaps empty. */
export async function candidatesFor(
  context: Context,
  words: readonly string[],
): Promise<readonly Candidate[]> {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const candidates = await allCandidates(context, before, current);
  return candidates.filter(({ word }) => word === FILES.word || word.startsWith(current));
}

async function allCandidates(
  context: Context,
  before: readonly string[],
  current: string,
): Promise<readonly Candidate[]> {
  const found = findCommand(before.filter((word) => !word.startsWith("-")));
  if (found === null) return before.some((word) => !word.startsWith("-")) ? [] : commandNames(COMMANDS);
  const { path, spec } = found;
  if (spec.commands !== undefined) return commandNames(spec.commands);
  const flags = [...(spec.flags ?? []), ...COMMON_FLAGS, { flags: "-h, --help", text: "help" }];
  const awaiting = flagAwaitingValue(flags, before.at(-1));
  const given = givenArguments(flags, before.slice(wordsOf(path, before)));
  if (awaiting !== null) return valuesOf(context, awaiting.completes ?? "none", given);
  if (current.startsWith("-")) return flags.filter((flag) => flag.hidden !== true).flatMap(flagNames);
  const kinds = spec.completes ?? [];
  const isOpen = (spec.arguments ?? "").includes("...");
  const kind = kinds[isOpen ? Math.min(given.length, kinds.length - 1) : given.length] ?? "none";
  const offered = await valuesOf(context, kind, given);
  return spec.name === "graph" ? [...offered, ...(await valuesOf(context, "run", given))] : offered;
}

function commandNames(commands: readonly CommandSpec[]): readonly Candidate[] {
  return commands
    .filter((spec) => spec.hidden !== true)
    .map((spec) => ({ word: spec.name, text: spec.summary }));
}

function flagNames(flag: FlagSpec): readonly Candidate[] {
  return (flag.flags.match(/--[a-z-]+/g) ?? []).map((word) => ({ word, text: flag.text }));
}

/** The flag whose value comes next, when the word before is one that takes a value. */
function flagAwaitingValue(flags: readonly FlagSpec[], word: string | undefined): FlagSpec | null {
  if (word === undefined || !word.startsWith("-")) return null;
  return flags.find((flag) => flag.flags.includes("<") && namesOf(flag).includes(word)) ?? null;
}

function namesOf(flag: FlagSpec): readonly string[] {
  return flag.flags.match(/(?:^|[ ,])(--?[a-zA-Z-]+)/g)?.map((name) => name.replace(/^[ ,]+/, "")) ?? [];
}

/** Words of the command's own name, flags between them not counted. */
function wordsOf(path: readonly string[], before: readonly string[]): number {
  let next = 0;
  let index = 0;
  while (index < before.length && next < path.length) {
    if (before[index] === path[next]) next += 1;
    index += 1;
  }
  return index;
}

function givenArguments(flags: readonly FlagSpec[], words: readonly string[]): readonly string[] {
  return words.filter(
    (word, index) => !word.startsWith("-") && flagAwaitingValue(flags, words[index - 1]) === null,
  );
}

async function valuesOf(
  context: Context,
  kind: Completes,
  given: readonly string[],
): Promise<readonly Candidate[]> {
  switch (kind) {
    case "file":
      return [FILES];
    case "shell":
      return ["bash", "zsh", "fish"].map((word) => ({ word, text: "" }));
    case "status":
      return RUN_STATUSES.map((word) => ({ word, text: "" }));
    case "none":
      return [];
    case "run":
    case "task":
    case "pipeline":
    case "secret":
      return withinTime(fromServer(context, kind, given));
  }
}

async function fromServer(
  context: Context,
  kind: "run" | "task" | "pipeline" | "secret",
  given: readonly string[],
): Promise<readonly Candidate[]> {
  const client = context.client();
  if (kind === "task") {
    const detail = await client.run(given[0] ?? "@");
    return detail.jobs.map((job) => ({ word: job.key, text: job.status }));
  }
  if (kind === "pipeline") {
    const page = await client.workflows({ limit: "200" });
    return page.items.map((workflow) => ({
      word: workflow.name,
      text: workflow.description || workflow.status,
    }));
  }
  if (kind === "secret") {
    const page = await client.secrets();
    return page.items.map(({ name, description }) => ({ word: name, text: description }));
  }
  const page = await client.runs({ limit: "30" });
  const named = page.items.map((run) => ({
    word: `${run.pipeline}#${run.number}`,
    text: `${run.status}, ${agoText(run.created_at, context.now())}`,
  }));
  return [{ word: "@", text: "the last run" }, { word: "@failed", text: "the last that failed" }, ...named];
}

/** Without a server, or with a slow one, there is nothing to offer; completion never fails. */
async function withinTime(work: Promise<readonly Candidate[]>): Promise<readonly Candidate[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Candidate[]>((resolve) => {
    timer = setTimeout(() => resolve([]), SERVER_WITHIN_MS);
  });
  try {
    return await Promise.race([work, late]);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}
