import { LIMITS } from "@gaia/contracts";
import { type ProcessSpec, WORK_DIR_VALUE } from "@gaia/contracts/process-spec.ts";
import { nearest } from "@gaia/core/text/index.ts";
import { parseTemplate, type Template } from "@gaia/core/expression/index.ts";
import { type JobWork, NO_RESOURCES, type Task } from "@gaia/core/graph/index.ts";
import { Bindings } from "./bindings.ts";
import { readCache } from "./cache.ts";
import { readCommand } from "./command.ts";
import { readEnvironment } from "./environment.ts";
import { readContainer, readHttp } from "./later-work.ts";
import { settingOf, type TaskContext } from "./task-context.ts";
import { checkKeys } from "./task-keys.ts";
import { readLog, readResources } from "./task-policy.ts";
import { readTemplate } from "./templates.ts";

/** What a task does, and why this Gaia cannot do it yet (null: it can). */
export interface TaskWork {
  readonly work: JobWork;
  readonly unsupported: string | null;
}

const DEFAULT_SHELL = ["sh", "-c"] as const;
const KNOWN_AGENTS = [
  "system",
  "claude",
  "gemini",
  "codex",
  "opencode",
  "aider",
  "ollama",
  "qwen",
  "goose",
  "copilot",
  "cursor",
];
const AGENT_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
const NOTHING: JobWork = {
  kind: "task",
  task: { executor: "process", spec: null, bindings: {}, secrets: [], tags: [], resources: NO_RESOURCES },
};

/** Reads what a task does from its type, agent and command. */
export function readWork(context: TaskContext): TaskWork {
  const { task } = context;
  const type = task.type ?? "shell";
  checkKeys(context, type);
  switch (type) {
    case "shell":
    case "test":
    case "code":
    case "review":
    case "refactor":
      return readPerformed(context, type);
    case "approval":
      return { work: { kind: "approval", prompt: readPrompt(context) }, unsupported: null };
    case "pipeline":
      return { work: readChild(context), unsupported: null };
    case "http":
      return {
        work: { kind: "task", task: readHttp(context) },
        unsupported: "is of type http; this Gaia cannot do that yet: call `curl` in a task of type shell",
      };
    case "container":
      return {
        work: { kind: "task", task: readContainer(context, () => processTask(context, type)) },
        unsupported:
          "is of type container; this Gaia cannot do that yet: call `docker run` in a task of type shell",
      };
  }
}

function readPerformed(
  context: TaskContext,
  type: "shell" | "test" | "code" | "review" | "refactor",
): TaskWork {
  const { task } = context;
  const agent = readAgent(context);
  if (agent !== "system" || task.role !== undefined) {
    const who = task.role === undefined ? `agent \`${agent}\`` : `role \`${task.role}\``;
    return {
      work: agentWork(context, agent, type),
      unsupported: `needs the ${who}; this Gaia cannot run agents yet`,
    };
  }
  const work: JobWork = { kind: "task", task: processTask(context, type) };
  if (type === "shell" || type === "test") return { work, unsupported: null };
  const proof = type === "review" ? "a verdict" : "a diff";
  return {
    work,
    unsupported: `is of type ${type}, which is proved by ${proof}; this Gaia cannot do that yet: use type shell or test`,
  };
}

function readAgent(context: TaskContext): string {
  const agent = context.task.agent ?? "system";
  const at = [...context.path, "agent"];
  if (!AGENT_NAME.test(agent)) {
    context.problems.add(
      at,
      '`agent` wants `system` or the name of an agent: letters, digits, "_", "." and "-"',
    );
  } else if (!KNOWN_AGENTS.includes(agent)) {
    const meant = nearest(agent, KNOWN_AGENTS);
    if (meant !== null) context.problems.add(at, `unknown agent \`${agent}\`; did you mean \`${meant}\`?`);
  }
  return agent;
}

/** `command`, or what stands for it. */
function commandOf(context: TaskContext, type: string): string {
  const { command } = context.task;
  if (command === undefined && type === "test") return "make test";
  if (command === undefined) {
    context.problems.add(context.path, `task \`${context.task.id}\` has no \`command\`; add it`);
    return "";
  }
  if (command.trim() === "")
    context.problems.add(
      [...context.path, "command"],
      "`command` is empty; write `true` for a task that does nothing",
    );
  if (command.includes("\0"))
    context.problems.add([...context.path, "command"], "a command cannot hold a NUL character");
  return command;
}

function processTask(context: TaskContext, type: string): Task {
  const { task, problems, path } = context;
  const command = commandOf(context, type);
  const shell = settingOf(context, "shell")?.value ?? [...DEFAULT_SHELL];
  const bindings = new Bindings();
  const environment = readEnvironment(context);
  const declared = new Set([
    ...Object.keys(environment.literal),
    ...Object.keys(environment.rendered),
    ...Object.keys(environment.secrets),
  ]);
  const text = readCommand(context, command, { shell, environment: declared, bindings });
  const workDir = readWorkDir(context);
  const log = readLog(context);
  const cache = readCache(context);
  const secrets = { ...environment.secrets, ...bindings.secrets };
  for (const [index, glob] of (task.artifacts ?? []).entries()) {
    const problem = globProblem(glob);
    if (problem !== null) problems.add([...path, "artifacts", index], problem);
  }
  const spec: Omit<ProcessSpec, "cache"> = {
    command: text,
    shell: [...shell],
    shown: command,
    environment: { ...environment.literal },
    secrets,
    workDir: workDir.literal,
    outputs: [...new Set(task.outputs)],
    artifacts: [...new Set(task.artifacts)],
    successCodes: task.success_codes ?? [0],
    logMaxBytes: log.maxBytes,
    logDrop: log.drop,
  };
  const rendered = workDir.rendered === null ? {} : { [WORK_DIR_VALUE]: workDir.rendered };
  return {
    executor: "process",
    spec: cache === null ? spec : { ...spec, cache: cache.spec },
    bindings: { ...bindings.values, ...environment.rendered, ...rendered, ...cache?.bindings },
    secrets: [...new Set(Object.values(secrets))],
    tags: settingOf(context, "tags")?.value ?? [],
    resources: readResources(context),
  };
}

function agentWork(context: TaskContext, agent: string, type: string): JobWork {
  const { task, path, problems } = context;
  const command = commandOf(context, type);
  const instruction = readTemplate(command, [...path, "command"], context.scope, problems);
  const environment = readEnvironment(context);
  const workDir = readWorkDir(context);
  const cache = readCache(context);
  const rendered = workDir.rendered === null ? {} : { [WORK_DIR_VALUE]: workDir.rendered };
  const spec = {
    agent,
    role: task.role ?? null,
    type,
    environment: environment.literal,
    secrets: environment.secrets,
    workDir: workDir.literal,
    touches: task.touches ?? [],
    outputs: task.outputs ?? [],
    artifacts: task.artifacts ?? [],
    ...(cache !== null && { cache: cache.spec }),
  };
  const tags = settingOf(context, "tags")?.value ?? [];
  const secrets = [...new Set(Object.values(environment.secrets))];
  const bindings = { ...environment.rendered, ...rendered, ...cache?.bindings, "@instruction": instruction };
  return {
    kind: "task",
    task: { executor: "agent", spec, bindings, secrets, tags, resources: readResources(context) },
  };
}

function readWorkDir(context: TaskContext): {
  readonly literal: string | null;
  readonly rendered: Template | null;
} {
  const found = settingOf(context, "work_dir");
  if (found === null) return { literal: null, rendered: null };
  const { value, path } = found;
  if (value.trim() === "")
    context.problems.add(path, "`work_dir` is empty; write `.` for the folder of the file");
  if (value.startsWith("~"))
    context.problems.add(path, "`~` is known to the shell only; write the whole path");
  if (value.includes("\0")) context.problems.add(path, "a path cannot hold a NUL character");
  const template = parseTemplate(value);
  if (template.every((piece) => typeof piece === "string"))
    return { literal: template.join(""), rendered: null };
  return { literal: null, rendered: readTemplate(value, path, context.scope, context.problems) };
}

/** What is wrong with a glob of `artifacts`. They are kept inside of `work_dir`: nothing else is the task's to keep. */
export function globProblem(glob: string): string | null {
  if (glob.trim() === "") return "a glob is empty; name files such as `dist/**`";
  if (glob.length > LIMITS.messageCharacters)
    return `a glob has more than ${LIMITS.messageCharacters} characters`;
  if (glob.includes("\0") || glob.includes("\n")) return "a glob cannot hold a line break or a NUL character";
  if (parseTemplate(glob).some((piece) => typeof piece !== "string"))
    return "`${…}` cannot stand in a glob; use `*` for what varies";
  if (/^([/\\~]|[A-Za-z]:)/.test(glob))
    return "an artifact must lie inside of `work_dir`: write the glob relative to it";
  if (glob.split(/[/\\]/).includes(".."))
    return "an artifact must lie inside of `work_dir`: `..` leads out of it";
  return null;
}

function readPrompt(context: TaskContext): Template {
  const { prompt, name, id } = context.task;
  if (prompt === undefined) return [`Go on with ${name ?? id}?`];
  if (prompt.trim() === "")
    context.problems.add(
      [...context.path, "prompt"],
      "`prompt` is empty; ask the question that a person decides",
    );
  return readTemplate(prompt, [...context.path, "prompt"], context.scope, context.problems);
}

function readChild(context: TaskContext): JobWork {
  const { task, path, problems } = context;
  if (task.pipeline === undefined) {
    problems.add(path, `task \`${task.id}\` has no \`pipeline\`; name the pipeline that it runs`);
    return NOTHING;
  }
  const inputs: Record<string, Template> = {};
  for (const [name, value] of Object.entries(task.inputs ?? {})) {
    // What is not text is text all the same when it arrives: the child reads it by the type of its input.
    inputs[name] =
      typeof value === "string"
        ? readTemplate(value, [...path, "inputs", name], context.scope, problems)
        : [typeof value === "object" ? JSON.stringify(value) : String(value)];
  }
  return { kind: "child", pipeline: task.pipeline, inputs };
}
