import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import type { JobEnvironment } from "@gaia/contracts/api.ts";
import { GaiaError } from "@gaia/contracts/errors.ts";
import type { Context } from "../context.ts";
import type { Input } from "../input.ts";
import { shellWord } from "../live/row.ts";
import { outDocument } from "../output.ts";
import { taskKey, withReference } from "../references.ts";
import { plainLine } from "../terminal/control.ts";

/** `gaia debug RUN TASK [-- COMMAND…]`: a shell, or a command, where the task ran and with what it was given. */
export async function debug(context: Context, input: Input): Promise<number> {
  const client = context.client();
  const ref = input.argument(0);
  const task = input.argument(1);
  const given = await withReference(client, { run: ref, task }, async () => {
    const run = await client.run(ref);
    return client.jobEnvironment(run.id, await taskKey(client, run.id, task));
  });
  if (input.json) {
    outDocument(context, given);
    return 0;
  }
  const words = input.rest(2);
  if (words.length === 0 && !(context.stdinIsTerminal && context.stderrIsTerminal)) {
    throw new GaiaError("invalid_request", "A shell needs a terminal; without one, say what is to be run.", {
      next: [`gaia debug ${shellWord(ref)} ${shellWord(task)} -- COMMAND`],
    });
  }
  if (!existsSync(given.work_dir)) {
    throw new GaiaError(
      "not_found",
      `The folder ${given.work_dir} of \`${given.key}\` is not on this machine.`,
    );
  }
  return inScratch(async (folder) => {
    const { environment, missing } = environmentFor(context, given, folder);
    const shell = environment["SHELL"] ?? "/bin/sh";
    if (words.length === 0) tellShell(context, given, missing);
    else tellMissing(context, missing);
    const [program = shell, ...args] = words;
    return perform(program, args, given.work_dir, environment);
  });
}

/** The files that the task would leave behind go here, so that the run keeps what it has. */
async function inScratch(work: (folder: string) => Promise<number>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "gaia-debug-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function environmentFor(
  context: Context,
  given: JobEnvironment,
  folder: string,
): { environment: Record<string, string>; missing: readonly string[] } {
  const artifacts = join(folder, "artifacts");
  mkdirSync(artifacts);
  const files = { GAIA_OUTPUT: "output", GAIA_SUMMARY: "summary.md", GAIA_GRAPH: "graph.yaml" };
  const environment: Record<string, string> = {
    ...given.environment,
    GAIA_ATTEMPT: "debug",
    GAIA_ARTIFACTS: artifacts,
    GAIA_COMMAND: given.command,
  };
  for (const [variable, name] of Object.entries(files)) {
    environment[variable] = join(folder, name);
    writeFileSync(join(folder, name), "");
  }
  const terminal = context.environment["TERM"];
  if (terminal !== undefined) environment["TERM"] ??= terminal;
  // Secrets are the server's: what this shell has of them under the same names it passes on.
  const missing: string[] = [];
  for (const [variable, name] of Object.entries(given.secrets)) {
    const value = context.environment[name];
    if (value === undefined) missing.push(variable === name ? name : `${variable} (secret ${name})`);
    else environment[variable] = value;
  }
  return { environment, missing };
}

function tellShell(context: Context, given: JobEnvironment, missing: readonly string[]): void {
  const style = context.noteStyle;
  const fact = (label: string, text: string) => context.note(`    ${style.faint(label.padEnd(9))} ${text}`);
  context.note(`  A shell in the folder of ${style.strong(given.key)}, with its environment`);
  fact("folder", plainLine(given.work_dir));
  fact("again", style.command(`${given.shell.map(shellWord).join(" ")} "$GAIA_COMMAND"`));
  fact("leave", style.command("exit"));
  tellMissing(context, missing);
}

function tellMissing(context: Context, missing: readonly string[]): void {
  if (missing.length === 0) return;
  context.note(
    `  ${context.noteStyle.warn("!")} Not set: ${missing.join(", ")}. Secrets come from your environment here.`,
  );
}

/** Runs a program on this terminal. Ctrl-C is the program's; this process only waits. */
async function perform(
  program: string,
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const ignore = () => {};
  process.on("SIGINT", ignore);
  process.on("SIGQUIT", ignore);
  try {
    return await new Promise<number>((resolve, reject) => {
      const child = spawn(program, args, { cwd: folder, env: environment, stdio: "inherit" });
      child.on("error", (reason: NodeJS.ErrnoException) => {
        const why = reason.code === "ENOENT" ? "there is no such program" : reason.message;
        reject(new GaiaError("invalid_request", `\`${program}\` cannot be started: ${why}.`));
      });
      // As shells tell of a program that a signal ended.
      child.on("exit", (code, signal) =>
        resolve(code ?? (signal === null ? 1 : 128 + constants.signals[signal])),
      );
    });
  } finally {
    process.off("SIGINT", ignore);
    process.off("SIGQUIT", ignore);
  }
}
