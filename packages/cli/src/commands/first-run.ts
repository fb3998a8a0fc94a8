import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { baseEnvironment } from "@gaia/contracts/environment.ts";
import { artifactsFolder, runFolder } from "@gaia/contracts/files.ts";
import type { GaiaClient } from "../client/api.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { durationText } from "../terminal/time.ts";
import { VERSION } from "@gaia/contracts/version.ts";
import { addressText } from "./open.ts";
import { watchToEnd } from "./run.ts";
import { endServer } from "./server.ts";

const EXAMPLE = fileURLToPath(
  new URL("../../../../examples/repository-report/repository-report.yaml", import.meta.url),
);
const CLONE = fileURLToPath(new URL("../../../../", import.meta.url));

/** `npm start`: the first run on a real example, then serving until Ctrl-C. */
export async function firstRun(context: Context, input: Input): Promise<number> {
  const style = context.noteStyle;
  const { environment } = context;
  context.note(`  ${style.strong("Gaia")} ${VERSION}`);
  const setupMs = Number(environment["GAIA_SETUP_MS"] ?? 0);
  if (setupMs > 0) context.note(`  ${style.good("✓")} dependencies         ${durationText(setupMs)}`);
  const { client, ensured } = await context.server();
  const { address } = await client.system();
  const repository = resolve(
    environment["GAIA_CALLER_DIR"] ?? context.folder,
    input.text("repo") ?? (existsSync(join(CLONE, ".git")) ? CLONE : "."),
  );
  const started = await client.startDefinition({
    definition: await readFile(EXAMPLE, "utf8"),
    file: basename(EXAMPLE),
    work_dir: dirname(EXAMPLE),
    inputs: { repo: repository },
    environment: baseEnvironment(environment),
  });
  const shown = await addressText(client, address, `/runs/${started.run_id}`, context.stderrIsTerminal);
  const took = ensured.kind === "started" ? durationText(ensured.tookMs) : "running already";
  context.note(`  ${style.good("✓")} server and worker    ${took}   ${shown}\n`);
  const status = await watchToEnd(context, client, started.run_id, {
    json: false,
    quiet: false,
    verbose: false,
    onInterrupt: "stop",
  });
  await tellReport(context, client, started.run_id);
  if (input.flag("once")) {
    if (ensured.kind === "started") await endServer(client, true);
    return status;
  }
  if (ensured.kind === "present") {
    context.note("    Gaia was running before and goes on.  gaia down  ends it.");
    return status;
  }
  if (status === EXIT.interrupted) {
    await endServer(client, true);
    return status;
  }
  context.note("    Gaia goes on serving. Ctrl-C ends it.");
  await interrupted();
  context.note("");
  await endServer(client, false);
  context.note(`  ${style.good("✓")} Gaia has ended`);
  return status;
}

/** Where the report lies, as an address that a terminal can open. */
async function tellReport(context: Context, client: GaiaClient, id: string): Promise<void> {
  const run = await client.run(id);
  const job = await client.job(id, "report").catch(() => null);
  if (job === null || job.status !== "completed") return;
  const folder = join(
    context.home,
    runFolder(run.id, Date.parse(run.created_at)),
    artifactsFolder(job.number, job.attempt),
  );
  const file = join(folder, "report.html");
  if (existsSync(file)) context.out(`    report    ${pathToFileURL(file).href}`);
}

function interrupted(): Promise<void> {
  return new Promise((done) => {
    const keepAlive = setInterval(() => undefined, 60_000);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => {
        clearInterval(keepAlive);
        done();
      });
    }
  });
}
