import { copyFile, rename } from "node:fs/promises";
import { join, resolve } from "node:path";
import { errorFrom, GaiaError } from "@gaia/contracts/errors.ts";
import { PROGRAMS_FOLDER } from "@gaia/contracts/program-build.ts";
import type { GaiaClient } from "../client/api.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import { readGaiaHome } from "../import/gaia-home.ts";
import { type ImportPlan, type PlannedPipeline, planImport } from "../import/plan.ts";
import type { Input } from "../input.ts";
import { outDocument } from "../output.ts";

/** What became of one thing that was to be taken over. */
interface Taken {
  readonly kind: "secret" | "pipeline" | "schedule";
  readonly name: string;
  readonly from: string;
  readonly status: "taken" | "there" | "failed" | "planned";
  /** Why not; empty: it was. */
  readonly message: string;
}

/** `gaia import gaia-home PATH` */
export async function gaiaHome(context: Context, input: Input): Promise<number> {
  const plan = planImport(await readGaiaHome(resolve(context.folder, input.argument(0))), {
    built: input.flag("built"),
  });
  const taken = input.flag("dryRun") ? planned(plan) : await takeOver(context, plan);
  if (input.json) outDocument(context, { items: taken, notes: plan.notes });
  else tell(context, taken, plan.notes, input.quiet);
  return taken.some(({ status }) => status === "failed") ? EXIT.failed : EXIT.success;
}

type Outcome = Pick<Taken, "status" | "message">;
const TAKEN: Outcome = { status: "taken", message: "" };

async function takeOver(context: Context, plan: ImportPlan): Promise<readonly Taken[]> {
  const { client } = await context.server();
  const secrets = new Set((await client.secrets()).items.map(({ name }) => name));
  const taken: Taken[] = [];
  // Secrets first: the first build of a pipeline may need its credentials.
  for (const { name, value, description } of plan.secrets) {
    const set = (): Promise<unknown> => client.setSecret({ name, value, description });
    const outcome = secrets.has(name) ? there("its value was left as it is") : await tried(set);
    taken.push({ kind: "secret", name, from: description, ...outcome });
  }
  for (const pipeline of plan.pipelines) {
    const outcome = await unlessThere(client, pipeline.name, () => create(context, client, pipeline));
    taken.push({ kind: "pipeline", name: pipeline.name, from: sourceOf(pipeline), ...outcome });
  }
  for (const { name, crons, definition } of plan.schedules) {
    const outcome = await unlessThere(client, name, () => client.createWorkflow({ definition }));
    taken.push({ kind: "schedule", name, from: crons.join(", "), ...outcome });
  }
  return taken;
}

async function create(context: Context, client: GaiaClient, pipeline: PlannedPipeline): Promise<unknown> {
  const { name, language } = pipeline;
  if (pipeline.kind === "file") return putDown(context, pipeline.path, `${name}_${language}`);
  const { url: source, branch, user, token, sshKey } = pipeline;
  return client.pipelines.create({ source, name, language, branch, user, token, ssh_key: sshKey });
}

/** The server takes up by itself what is put there; whole at once, so that it sees no half of it. */
async function putDown(context: Context, path: string, name: string): Promise<void> {
  const folder = join(context.home, PROGRAMS_FOLDER);
  if (context.endpoint.kind === "tcp")
    throw new GaiaError(
      "unsupported",
      `A built program is taken over on the server's machine only. Copy ${path} to ${name} in its folder ${PROGRAMS_FOLDER}.`,
    );
  await copyFile(path, join(folder, `.${name}`));
  await rename(join(folder, `.${name}`), join(folder, name));
}

/** What somebody has changed here since is not written over when the command is given again. */
async function unlessThere(client: GaiaClient, name: string, take: () => Promise<unknown>): Promise<Outcome> {
  try {
    await client.pipelines.get(name);
    return there("it was left as it is");
  } catch (caught) {
    const { code, message } = errorFrom(caught);
    return code === "not_found" ? tried(take) : { status: "failed", message };
  }
}

function there(message: string): Outcome {
  return { status: "there", message };
}

async function tried(take: () => Promise<unknown>): Promise<Outcome> {
  try {
    await take();
    return TAKEN;
  } catch (caught) {
    return { status: "failed", message: errorFrom(caught).message };
  }
}

function planned(plan: ImportPlan): readonly Taken[] {
  const status = { status: "planned", message: "" } as const;
  return [
    ...plan.secrets.map(({ name, description }) => ({
      kind: "secret" as const,
      name,
      from: description,
      ...status,
    })),
    ...plan.pipelines.map((one) => ({
      kind: "pipeline" as const,
      name: one.name,
      from: sourceOf(one),
      ...status,
    })),
    ...plan.schedules.map(({ name, crons }) => ({
      kind: "schedule" as const,
      name,
      from: crons.join(", "),
      ...status,
    })),
  ];
}

function sourceOf(pipeline: PlannedPipeline): string {
  return pipeline.kind === "git" ? pipeline.url : pipeline.path;
}

function tell(context: Context, taken: readonly Taken[], notes: readonly string[], isQuiet: boolean): void {
  const { outStyle: style } = context;
  const marks = {
    taken: style.good("✓"),
    planned: style.faint("·"),
    there: style.faint("–"),
    failed: style.bad("✗"),
  };
  const width = Math.max(0, ...taken.map(({ name }) => name.length));
  for (const { kind, name, from, status, message } of taken) {
    if (isQuiet && status !== "failed") continue;
    const what = status === "there" ? `is there already: ${message}` : message || from;
    context.out(`  ${marks[status]} ${kind.padEnd(8)}  ${name.padEnd(width)}  ${style.faint(what)}`);
  }
  if (taken.length === 0) context.out("  There is nothing to take over.");
  for (const note of notes) context.note(`  ${style.faint("–")} ${note}`);
  if (taken.some(({ kind, status }) => kind === "pipeline" && status === "taken") && !isQuiet)
    context.note("  Pipelines are being built: gaia runs shows their builds.");
}
