/** The definition of a program's version, which the server keeps as JSON. */

interface Argument {
  readonly key: string;
  readonly type: string;
  readonly description: string;
  readonly default: string;
  readonly choices: readonly string[];
  readonly required: boolean;
}
interface Job {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly dependsOn: readonly number[];
  readonly arguments: readonly Argument[];
  readonly onDemand: boolean;
  readonly attempts: number;
  readonly timeoutMs: number | null;
}
interface Definition {
  readonly program: {
    readonly language: string;
    readonly sdk: string | null;
    readonly command: { readonly file: string; readonly args: readonly string[] };
    readonly jobs: readonly Job[];
  };
}

/** The definition of a program's version; null: none was built, or another Gaia kept it. */
function readDefinition(source: string): Definition | null {
  try {
    const read: unknown = JSON.parse(source);
    const { program } = read as { readonly program?: { readonly jobs?: unknown } | null };
    return Array.isArray(program?.jobs) ? (read as Definition) : null;
  } catch {
    return null;
  }
}

/** Names of the secrets that its jobs are given: arguments of type vault, which nobody is asked for. */
export function secretsOf(source: string): readonly string[] {
  const jobs = readDefinition(source)?.program.jobs ?? [];
  const vault = jobs.flatMap((job) => job.arguments.filter(({ type }) => type === "vault"));
  return [...new Set(vault.map(({ key }) => key))];
}

/**
 * A version as lines that can be read and compared: the program, then its jobs with what they need and are told. The text
 * itself where it is none of a program.
 */
export function outlineOf(source: string): string {
  const definition = readDefinition(source);
  if (definition === null) return source;
  const { language, sdk, command, jobs } = definition.program;
  const titles = new Map(jobs.map(({ id, title }) => [id, title]));
  const head = [
    `language: ${language}`,
    ...(sdk === null ? [] : [`sdk: ${sdk}`]),
    `command: ${[command.file, ...command.args].join(" ")}`,
  ];
  return `${[...head, ...jobs.flatMap((job) => ["", ...jobLines(job, titles)])].join("\n")}\n`;
}

function jobLines(job: Job, titles: ReadonlyMap<number, string>): readonly string[] {
  const after = job.dependsOn.flatMap((id) => titles.get(id) ?? []);
  return [
    `job: ${job.title}`,
    ...(job.description === "" ? [] : [`  description: ${job.description}`]),
    ...(job.onDemand ? ["  on demand: when another job adds it"] : []),
    ...(after.length === 0 ? [] : [`  after: ${after.join(", ")}`]),
    ...(job.attempts === 1 ? [] : [`  attempts: ${job.attempts}`]),
    ...(job.timeoutMs === null ? [] : [`  timeout: ${job.timeoutMs} ms`]),
    ...job.arguments.map((argument) => `  argument: ${argumentText(argument)}`),
  ];
}

function argumentText({ key, type, choices, default: given, required, description }: Argument): string {
  const facts = [
    type === "vault" ? "a secret" : choices.length === 0 ? type : choices.join(" | "),
    given === "" ? (required ? "required" : "") : `default ${given}`,
  ].filter((fact) => fact !== "");
  return `${key} (${facts.join(", ")})${description === "" ? "" : ` ${description}`}`;
}
