import type { Handler } from "./input.ts";

/** What an argument or the value of a flag names: completions offer it. */
export type Completes = "file" | "run" | "task" | "pipeline" | "secret" | "status" | "shell" | "none";

/** A flag. */
export interface FlagSpec {
  /** As commander writes it: `-f, --follow`, `--tail <lines>`, `--input <name=value...>`. */
  readonly flags: string;
  readonly text: string;
  /** May be given again and again. */
  readonly repeats?: boolean;
  /** Another word for a flag, shown in no help. */
  readonly hidden?: boolean;
  readonly completes?: Completes;
}

/** A command: how it is typed, what its help says, where its work is done. */
export interface CommandSpec {
  readonly name: string;
  /** As commander writes them: `<run> [task]`, `<files...>`. */
  readonly arguments?: string;
  /** Of each argument in turn. */
  readonly completes?: readonly Completes[];
  readonly summary: string;
  readonly examples: readonly (readonly [string, string])[];
  /** Those that matter first. */
  readonly flags?: readonly FlagSpec[];
  /** Shown in no help. */
  readonly hidden?: boolean;
  /** More words for the help, a line each. */
  readonly notes?: readonly string[];
  readonly load?: () => Promise<Handler>;
  readonly commands?: readonly CommandSpec[];
}

/** What every command takes. */
export const COMMON_FLAGS: readonly FlagSpec[] = [
  { flags: "--json", text: "one JSON document; of a stream one object a line" },
  { flags: "-q, --quiet", text: "only what was asked for, and what went wrong" },
  { flags: "-v, --verbose", text: "more: what the tasks print" },
  // Few commands ask, and only on a terminal; scripts that say it everywhere are right to.
  { flags: "-y, --yes", text: "yes to every question", hidden: true },
];
