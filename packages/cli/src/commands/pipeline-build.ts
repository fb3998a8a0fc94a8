import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Forge, FORGES } from "@gaia/contracts/commit-status.ts";
import { GaiaError } from "@gaia/contracts/errors.ts";
import { graphAsText } from "@gaia/contracts/graph-text.ts";
import type { ChangeSource } from "@gaia/contracts/program-api.ts";
import type { PipelineDetail } from "@gaia/contracts/screens.ts";
import type { GaiaClient, Started } from "../client/api.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import { type Input, messageOf } from "../input.ts";
import { shellWord } from "../live/row.ts";
import { tellNextSteps } from "../live/verdict.ts";
import { outColumns, outDocument } from "../output.ts";
import { plural } from "../terminal/time.ts";
import { tellPipeline } from "./pipeline-show.ts";
import { followStarted } from "./run.ts";

const PIPE_COLUMNS = 120;
/** From the end of a build to its version; a disk may be slow. */
const VERSION_MS = 30_000;
const LOOK_MS = 50;

/** `gaia pipeline create PATH|GIT_URL` */
export async function create(context: Context, input: Input): Promise<number> {
  const name = input.text("name");
  const order = {
    source: sourceFrom(context, input.argument(0)),
    ...(name === null ? {} : { name }),
    ...(await sourceFlags(input)),
  };
  const { client } = await context.server();
  const { pipeline, build } = await client.pipelines.create(order);
  if (input.flag("detach") && input.json) {
    outDocument(context, { pipeline, build });
    return EXIT.success;
  }
  return followBuild(context, client, pipeline.name, build, input);
}

/** `gaia pipeline build PIPELINE` */
export async function build(context: Context, input: Input): Promise<number> {
  const name = input.argument(0);
  const commit = input.text("commit");
  const { client } = await context.server();
  const started = await client.pipelines.build(name, {
    ...(commit === null ? {} : { commit }),
    ...(input.flag("rebuild") ? { rebuild: true } : {}),
  });
  return followBuild(context, client, name, started, input);
}

/** `gaia pipeline source PIPELINE`: changes where it is built from. */
export async function source(context: Context, input: Input): Promise<number> {
  const given = input.text("source");
  const change: ChangeSource = {
    ...(given === null ? {} : { source: sourceFrom(context, given) }),
    ...(await sourceFlags(input)),
  };
  const client = context.client();
  const name = input.argument(0);
  if (Object.keys(change).length === 0) {
    const shown = await client.pipelines.get(name);
    if (input.json) outDocument(context, shown.program?.source ?? null);
    else tellPipeline(context, shown);
    return EXIT.success;
  }
  const pipeline = await client.pipelines.changeSource(name, change);
  if (input.json) outDocument(context, pipeline);
  else if (!input.quiet) {
    context.out(
      `  ${context.outStyle.good("✓")} ${pipeline.name} is built from ${pipeline.program?.source.url}`,
    );
    tellWebhook(context, pipeline.program);
    tellNextSteps(context, [["build", `gaia pipeline build ${shellWord(pipeline.name)}`]]);
  }
  return EXIT.success;
}

/** What is there is a path; everything else is an address, which the server reads. */
function sourceFrom(context: Context, text: string): string {
  const path = resolve(context.folder, text);
  const looksLikePath = /^[./~]/.test(text) || existsSync(path);
  return looksLikePath ? path : text;
}

/** Flags that say something of a source. `none` takes back what was said before. */
async function sourceFlags(input: Input): Promise<Omit<ChangeSource, "source">> {
  const flags: [keyof ChangeSource, string | null][] = [
    ["branch", input.text("branch")],
    ["language", input.text("language")],
    ["ssh_key", input.text("sshKey")],
    ["token", input.text("token")],
    ["user", input.text("user")],
    ["webhook", input.text("webhook")],
  ];
  const given = flags.flatMap(([key, text]) => (text === null ? [] : [[key, text === "none" ? null : text]]));
  const folder = input.text("folder");
  const poll = input.text("poll");
  const hosts = input.text("knownHosts");
  const submodules = input.either("submodules");
  return {
    ...Object.fromEntries(given),
    ...(folder === null ? {} : { folder }),
    ...(poll === null ? {} : { poll: poll === "never" ? "0s" : poll }),
    ...(hosts === null ? {} : { known_hosts: hosts === "none" ? null : await hostKeys(hosts) }),
    ...(submodules === null ? {} : { submodules }),
    ...statusFlags(input),
  };
}

/**
 * Where the forge is told what builds come to; `--status none`: nowhere any more.
 * @throws GaiaError `invalid_request` when something is said of a forge that is not told
 */
function statusFlags(input: Input): Pick<ChangeSource, "status"> {
  const token = input.text("status");
  const forge = input.text("forge");
  const api = input.text("forgeApi");
  if (token === null || token === "none") {
    if (forge === null && api === null) return token === null ? {} : { status: null };
    throw new GaiaError(
      "invalid_request",
      `${forge === null ? "--forge-api" : "--forge"} goes with --status SECRET, the name of the secret with the token.`,
    );
  }
  return { status: { token, forge: forgeOf(forge), api } };
}

function forgeOf(text: string | null): Forge | null {
  const forge = FORGES.find((one) => one === text) ?? null;
  if (text === null || forge !== null) return forge;
  throw new GaiaError("invalid_request", `--forge is ${FORGES.join(", ")}; \`${text}\` is none of them.`);
}

async function hostKeys(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (reason) {
    throw new GaiaError(
      "invalid_request",
      `--known-hosts names the file \`${file}\`, which cannot be read: ${messageOf(reason)}.`,
    );
  }
}

/** Watches a build to its end, and shows what it has made. */
async function followBuild(
  context: Context,
  client: GaiaClient,
  name: string,
  started: Started,
  input: Input,
): Promise<number> {
  const status = await followStarted(context, client, started, input);
  if (input.flag("detach")) return status;
  const run = await client.run(started.run_id);
  if (run.ended_at === null) return status;
  // Of a failed one as well: who looks at the pipeline next is told of it.
  const detail = await settled(client, name, started.run_id);
  if (status !== EXIT.success) return status;
  if (input.json) context.out(JSON.stringify({ type: "pipeline", pipeline: detail }));
  else tellBuilt(context, detail, input.quiet);
  return detail.program?.last_build?.status === "failed" ? EXIT.failed : status;
}

/** Until something has come: what is to be entered at the forge. */
function tellWebhook(context: Context, program: PipelineDetail["program"]): void {
  const webhook = program?.webhook ?? null;
  if (webhook === null || webhook.last_delivery !== null) return;
  context.out(`    Let the forge tell of pushes: POST ${webhook.address}, signed with ${webhook.secret}`);
}

/** The version is made when the build's run has ended. */
async function settled(client: GaiaClient, name: string, run: string): Promise<PipelineDetail> {
  const until = performance.now() + VERSION_MS;
  for (;;) {
    const detail = await client.pipelines.get(name);
    const last = detail.program?.last_build;
    // A build that ended later has taken its place.
    if (last?.run_id === run || (last != null && last.run_id > run)) return detail;
    if (performance.now() > until) {
      throw new GaiaError("timeout", `The build has completed, but its version is not there yet.`, {
        next: [`gaia pipeline show ${shellWord(name)}`],
      });
    }
    await pause(LOOK_MS);
  }
}

function tellBuilt(context: Context, detail: PipelineDetail, isQuiet: boolean): void {
  const { name, program, graph } = detail;
  const last = program?.last_build ?? null;
  const style = context.outStyle;
  if (last?.status === "failed") {
    context.note(`  ${context.noteStyle.bad("✗")} ${last.message}`);
    return;
  }
  if (isQuiet) return;
  const version = last?.version ?? detail.version;
  const what =
    last?.status === "unchanged" ? `has not changed since version ${version}` : `version ${version}`;
  context.out("");
  context.out(`  ${style.good("✓")} ${style.strong(name)} ${what}: ${plural(graph.nodes.length, "job")}`);
  tellWebhook(context, program);
  if (version === detail.version) {
    const columns = context.stdoutIsTerminal ? outColumns(context) : PIPE_COLUMNS;
    const drawn = graphAsText(graph, { columns: columns - 4 });
    context.out(
      drawn
        .split("\n")
        .map((line) => `    ${line}`)
        .join("\n"),
    );
    tellNextSteps(context, [["run", `gaia pipeline run ${shellWord(name)}`]]);
    return;
  }
  context.out(`    Runs start from version ${detail.version}, which is pinned.`);
  tellNextSteps(context, [["promote", `gaia pipeline promote ${shellWord(name)}`]]);
}
