import { basename, dirname, resolve } from "node:path";
import { randomUUID } from "node:crypto";
import { baseEnvironment } from "@gaia/contracts/environment.ts";
import { GaiaError } from "@gaia/contracts/errors.ts";
import type { GaiaClient, RunDefinition, Started } from "../client/api.ts";
import { isConnectionError } from "../client/http.ts";
import type { Context } from "../context.ts";
import { EXIT, exitOfRun } from "../exit.ts";
import { pairs, readDefinition, type Input } from "../input.ts";
import { shellWord } from "../live/row.ts";
import { shortRef, tellNextSteps, tellVerdict } from "../live/verdict.ts";
import { watchRun, type WatchEnd, type WatchOptions } from "../live/watch.ts";
import { outDocument } from "../output.ts";
import { durationText } from "../terminal/time.ts";
import { tellInvalid } from "./problems.ts";

/** `gaia run FILE` */
export async function run(context: Context, input: Input): Promise<number> {
  const file = input.argument(0);
  const definition = await readDefinition(file);
  const body = await definitionFrom(context, input, file, definition);
  const { client, ensured } = await context.server();
  if (ensured.kind === "started" && !input.json && !input.quiet) {
    const style = context.noteStyle;
    context.note(
      `  ${style.good("✓")} server and worker    ${durationText(ensured.tookMs)}   ${style.faint("gaia down ends them")}`,
    );
  }
  let started: Started;
  try {
    started = await startOnce(context, client, body);
  } catch (reason) {
    if (reason instanceof GaiaError && tellInvalid(context, reason, definition, input.json))
      return EXIT.usage;
    throw reason;
  }
  return followStarted(context, client, started, input);
}

/** Says what was started, and unless `--detach` was given watches it to its end. */
export async function followStarted(
  context: Context,
  client: GaiaClient,
  started: Started,
  input: Input,
): Promise<number> {
  if (input.flag("detach")) {
    await tellDetached(context, client, started, input);
    return EXIT.success;
  }
  if (input.json) context.out(JSON.stringify({ type: "started", ...started }));
  return watchToEnd(context, client, started.run_id, {
    json: input.json,
    quiet: input.quiet,
    verbose: input.verbose,
    onInterrupt: "stop",
  });
}

/** Watches a run, says how it ended, and answers the exit status. */
export async function watchToEnd(
  context: Context,
  client: GaiaClient,
  ref: string,
  options: WatchOptions,
): Promise<number> {
  const end = await watchRun(context, client, ref, options);
  const status = statusOf(end);
  if (end.kind === "ended") {
    if (options.json) context.out(JSON.stringify({ type: "end", run: end.run, exit_status: status }));
    else if (!options.quiet || end.run.status !== "completed") await tellVerdict(context, client, end.run);
    return status;
  }
  if (options.json) context.out(JSON.stringify({ type: "left", how: end.kind, exit_status: status }));
  else await tellLeft(context, client, end.kind, ref, options);
  return status;
}

function statusOf(end: WatchEnd): number {
  if (end.kind === "ended") return exitOfRun(end.run, end.interrupted);
  return end.kind === "detached" ? EXIT.success : EXIT.interrupted;
}

async function tellLeft(
  context: Context,
  client: GaiaClient,
  how: "detached" | "interrupted",
  ref: string,
  options: WatchOptions,
): Promise<void> {
  const goesOn = how === "detached" || options.onInterrupt === "leave";
  context.note(goesOn ? "  The run goes on." : "  The server goes on stopping the run.");
  const name = await client.run(ref).then(
    (run) => shortRef(client, run),
    () => shellWord(ref),
  );
  const steps = [["look", `gaia show ${name}`] as const, ["watch", `gaia watch ${name}`] as const];
  tellNextSteps(context, goesOn ? [...steps, ["stop", `gaia stop ${name}`]] : steps);
}

async function tellDetached(
  context: Context,
  client: GaiaClient,
  started: Started,
  input: Input,
): Promise<void> {
  if (input.json) {
    outDocument(context, started);
    return;
  }
  context.out(started.run_id);
  if (input.quiet) return;
  // Not `@`: whoever starts one run without watching it often starts the next.
  const name = await client.run(started.run_id).then(
    (run) => shellWord(`${run.pipeline}#${run.number}`),
    () => started.run_id,
  );
  tellNextSteps(context, [
    ["watch", `gaia watch ${name}`],
    ["stop", `gaia stop ${name}`],
  ]);
}

/** A server that dies in the middle of the request is asked once more with the same key: the run is started once. */
async function startOnce(context: Context, client: GaiaClient, body: RunDefinition): Promise<Started> {
  const key = randomUUID();
  try {
    return await client.startDefinition(body, key);
  } catch (reason) {
    if (!isConnectionError(reason)) throw reason;
    await context.server();
    return client.startDefinition(body, key);
  }
}

async function definitionFrom(
  context: Context,
  input: Input,
  file: string,
  definition: string,
): Promise<RunDefinition> {
  const priority = input.count("priority", 0);
  if (priority !== null && priority > 10) {
    throw new GaiaError("invalid_request", `--priority is at most 10, not ${priority}.`);
  }
  return {
    definition,
    file: file === "-" ? "stdin" : basename(file),
    work_dir: file === "-" ? context.folder : dirname(resolve(context.folder, file)),
    inputs: await pairs("input", [...input.list("input"), ...input.list("arg")]),
    variables: await pairs("var", input.list("var")),
    environment: callerEnvironment(context, input.list("env")),
    ...(priority === null ? {} : { priority }),
  };
}

/** The few variables that every program needs (`baseEnvironment`); `--env K=V` adds one, `--env K` passes one on. */
function callerEnvironment(context: Context, extra: readonly string[]): Record<string, string> {
  const environment: Record<string, string> = { ...baseEnvironment(context.environment) };
  for (const text of extra) {
    const equals = text.indexOf("=");
    if (equals > 0) {
      environment[text.slice(0, equals)] = text.slice(equals + 1);
      continue;
    }
    const value = context.environment[text];
    if (value === undefined || equals === 0) {
      throw new GaiaError(
        "invalid_request",
        `--env ${text}: there is no such variable in your environment.`,
        {
          next: [`--env ${equals === 0 ? "NAME" : text}=VALUE`],
        },
      );
    }
    environment[text] = value;
  }
  return environment;
}
