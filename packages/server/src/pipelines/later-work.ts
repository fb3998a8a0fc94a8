import { parseTemplate, type Template } from "@gaia/core/expression/index.ts";
import { NO_RESOURCES, type Task } from "@gaia/core/graph/index.ts";
import { readEnvironment } from "./environment.ts";
import type { Path } from "./place.ts";
import { secretOf } from "./references.ts";
import { settingOf, type TaskContext } from "./task-context.ts";
import { readResources } from "./task-policy.ts";
import { readTemplate, textProblem } from "./templates.ts";

/** Types of tasks that are read and kept, with every mistake told, and that no executor performs yet. */

/** A call of an address. */
export function readHttp(context: TaskContext): Task {
  const { task, path, problems } = context;
  const secrets = new Set<string>();
  const bindings: Record<string, Template> = {};
  const read = (name: string, text: string, at: Path): void => {
    bindings[name] = readWithSecrets(text, at, context, secrets);
  };
  if (task.url === undefined)
    problems.add(path, `task \`${task.id}\` has no \`url\`; name the address to call`);
  else {
    if (!/^(https?:\/\/|\$\{)/.test(task.url))
      problems.add([...path, "url"], "`url` starts with `http://` or `https://`");
    read("@url", task.url, [...path, "url"]);
  }
  for (const [name, text] of Object.entries(task.headers ?? {})) {
    const at = [...path, "headers", name];
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
      problems.add(at, `\`${name}\` is no name of a header`, "key");
    if (/[\r\n\0]/.test(text)) problems.add(at, "a header has one line");
    read(`@header_${name}`, text, at);
  }
  const { body } = task;
  if (body !== undefined) {
    if (task.method === "GET" || task.method === "HEAD")
      problems.add([...path, "body"], `a ${task.method} has no body; remove it, or use POST`, "key");
    read("@body", typeof body === "string" ? body : JSON.stringify(body), [...path, "body"]);
  }
  const spec = {
    method: task.method ?? (body === undefined ? "GET" : "POST"),
    isJson: body !== undefined && typeof body !== "string",
    expect: task.expect ?? [],
    outputs: task.outputs ?? [],
  };
  const tags = settingOf(context, "tags")?.value ?? [];
  return { executor: "http", spec, bindings, secrets: [...secrets], tags, resources: NO_RESOURCES };
}

/** A command in a container. `command`: how it is read as a process. */
export function readContainer(context: TaskContext, command: () => Task): Task {
  const { task, path, problems, scope } = context;
  const bindings: Record<string, Template> = {};
  const read = (name: string, text: string, at: Path): void => {
    bindings[name] = readTemplate(text, at, scope, problems);
  };
  if (task.image === undefined)
    problems.add(path, `task \`${task.id}\` has no \`image\`; name the one it runs in`);
  else if (/^\s*$|\s/.test(task.image))
    problems.add([...path, "image"], "`image` is the name of an image, such as `alpine:3`, without spaces");
  else read("@image", task.image, [...path, "image"]);
  for (const [index, text] of (task.args ?? []).entries())
    read(`@arg_${index}`, text, [...path, "args", index]);
  for (const [index, text] of (task.volumes ?? []).entries()) {
    const at = [...path, "volumes", index];
    if (!/^[^:]+:[^:]+(:r[ow])?$/.test(text.replaceAll(/\$\{[^}]*\}/g, "x")))
      problems.add(at, "a mount is written `HOST:INSIDE` or `HOST:INSIDE:ro`");
    read(`@volume_${index}`, text, at);
  }
  if (task.command !== undefined && task.args !== undefined)
    problems.add([...path, "args"], "a container has `command` or `args`, not both", "key");
  const { entrypoint = null, user = null, network = null, pull = "missing" } = task;
  const own = { entrypoint, user, network, pull, args: task.args?.length ?? 0 };
  if (task.command === undefined) {
    const { literal: environment, rendered, secrets } = readEnvironment(context);
    return {
      executor: "container",
      spec: { ...own, environment, secrets },
      bindings: { ...rendered, ...bindings },
      secrets: [...new Set(Object.values(secrets))],
      tags: settingOf(context, "tags")?.value ?? [],
      resources: readResources(context),
    };
  }
  const base = command();
  return {
    ...base,
    executor: "container",
    spec: { ...own, process: base.spec },
    bindings: { ...base.bindings, ...bindings },
  };
}

/** A text that goes to the executor and is stored nowhere once secrets stand in it. */
function readWithSecrets(text: string, path: Path, context: TaskContext, secrets: Set<string>): Template {
  const template = parseTemplate(text);
  for (const piece of template) {
    if (typeof piece === "string") continue;
    const secret = secretOf(piece.path, context.scope);
    if (secret !== null) {
      secrets.add(secret);
      continue;
    }
    const problem = textProblem(piece.path, context.scope);
    const source = text.slice(piece.offset, piece.offset + piece.length);
    if (problem !== null) context.problems.addInside(path, problem, source, 0);
  }
  return template;
}
