import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import type { SystemView } from "@gaia/contracts/api.ts";
import { GaiaError } from "@gaia/contracts/errors.ts";
import type { GaiaClient } from "../client/api.ts";
import { isAbsent, isConnectionError } from "../client/http.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { outDocument } from "../output.ts";
import { durationText, plural, sizeText } from "../terminal/time.ts";
import { addressText, signInAddress } from "./open.ts";
import { workerLines } from "./worker.ts";

const DOWN_WITHIN_MS = 30_000;
const TRY_EVERY_MS = 20;
/** It is there within 0.5 s on a machine that has nothing else to do. */
const WORKER_WITHIN_MS = 3000;

/** `gaia up` */
export async function up(context: Context, input: Input): Promise<number> {
  if (input.flag("foreground")) return foreground(context);
  const { client, ensured } = await context.server();
  const missing = ensured.kind === "started" ? await missingWorker(client) : "";
  const system = await client.system();
  if (input.json) {
    outDocument(context, {
      started: ensured.kind === "started",
      pid: system.pid,
      home: system.home,
      address: system.address,
      url: await signInAddress(client, "/"),
      version: system.version,
    });
    return EXIT.success;
  }
  if (input.quiet) return EXIT.success;
  const style = context.outStyle;
  const shown = await addressText(client, system.address, "/", context.stdoutIsTerminal);
  const address = shown === "" ? context.home : shown;
  const what = missing === "" ? "server and worker" : "server           ";
  context.out(
    ensured.kind === "started"
      ? `  ${style.good("✓")} ${what}    ${durationText(ensured.tookMs)}   ${address}`
      : `  ${style.good("✓")} already running (pid ${system.pid})   ${address}`,
  );
  if (missing !== "")
    context.note(`  ${context.noteStyle.warn("!")} ${missing}   ${context.noteStyle.command("gaia doctor")}`);
  return EXIT.success;
}

/** Waits for the worker that the server starts; why it is not there, or empty. */
async function missingWorker(client: GaiaClient): Promise<string> {
  const deadline = performance.now() + WORKER_WITHIN_MS;
  let missing = "";
  do {
    missing = await client.missingWorker();
    if (missing === "") break;
    await pause(TRY_EVERY_MS);
  } while (performance.now() < deadline);
  return missing;
}

/** `gaia down` */
export async function down(context: Context, input: Input): Promise<number> {
  const client = context.client();
  let system: SystemView;
  try {
    system = await client.system();
  } catch (reason) {
    if (!isAbsent(reason)) throw reason;
    if (input.json) outDocument(context, { stopped: false, running: false });
    else context.note("  The server is not running.");
    return EXIT.success;
  }
  await client.shutdown(input.flag("now"));
  await untilGone(client, system.pid);
  if (input.json) outDocument(context, { stopped: true, running: false });
  else if (!input.quiet) {
    const live =
      system.live_runs === 0
        ? ""
        : `   ${plural(system.live_runs, "run")} go${system.live_runs === 1 ? "es" : ""} on with  gaia up`;
    context.out(`  ${context.outStyle.good("✓")} the server has ended${live}`);
  }
  return EXIT.success;
}

/** Ends the server and what it has started, and waits until it is gone. */
export async function endServer(client: GaiaClient, now: boolean): Promise<void> {
  const { pid } = await client.system();
  await client.shutdown(now);
  await untilGone(client, pid);
}

/** `gaia status` */
export async function status(context: Context, input: Input): Promise<number> {
  const system = await context.client().system();
  if (input.json) {
    outDocument(context, system);
    return EXIT.success;
  }
  const style = context.outStyle;
  const up = durationText(context.now() - Date.parse(system.started_at));
  context.out(
    `  ${style.good("✓")} Gaia ${system.version} has been up for ${up}   ${style.faint(`pid ${system.pid}, Node ${system.node.replace(/^v/, "")}`)}`,
  );
  const facts: [string, string][] = [
    ["address", system.address ?? "only the socket in the home folder"],
    ["home", system.home],
    ["work", `${plural(system.live_runs, "live run")}, ${plural(system.queued_jobs, "queued task")}`],
    ["database", `${sizeText(system.database.size_bytes)}, ${plural(system.database.runs, "run")}`],
    ["files", `${sizeText(system.run_files.size_bytes)} of ended runs`],
    ["disk", `${sizeText(system.disk.free_bytes)} free of ${sizeText(system.disk.total_bytes)}`],
  ];
  for (const [label, value] of facts) context.out(`    ${style.faint(label.padEnd(9))} ${value}`);
  context.out("");
  if (system.workers.length === 0)
    context.out(`  ${style.warn("!")} no worker is connected: nothing can run`);
  for (const line of workerLines(system.workers, context)) context.out(line);
  return EXIT.success;
}

/** The server in this terminal. Signals reach it directly, as it is in the same group. */
async function foreground(context: Context): Promise<number> {
  if (await context.client().answers()) {
    throw new GaiaError("home_in_use", "A server is running already for this home folder.", {
      next: ["gaia status", "gaia down"],
    });
  }
  const { program, args } = context.port.serverProgram();
  const child = spawn(program, [...args], {
    stdio: "inherit",
    env: { ...context.environment, GAIA_HOME: context.home },
  });
  const ignore = () => {};
  const pass = () => void child.kill("SIGTERM");
  process.on("SIGINT", ignore);
  process.on("SIGTERM", pass);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      process.off("SIGINT", ignore);
      process.off("SIGTERM", pass);
      resolve(signal === "SIGINT" ? EXIT.interrupted : (code ?? EXIT.failed));
    });
  });
}

/** Until nothing answers and the process is gone, so that the next `gaia up` finds the home free. */
async function untilGone(client: GaiaClient, pid: number): Promise<void> {
  const deadline = performance.now() + DOWN_WITHIN_MS;
  while (!(await isGone(client, pid))) {
    if (performance.now() > deadline) {
      throw new GaiaError(
        "timeout",
        `The server (pid ${pid}) has not ended after ${DOWN_WITHIN_MS / 1000} s.`,
        {
          next: ["gaia down --now", `kill ${pid}`],
        },
      );
    }
    await pause(TRY_EVERY_MS);
  }
}

async function isGone(client: GaiaClient, pid: number): Promise<boolean> {
  if (await answers(client)) return false;
  return client.transport.endpoint.kind === "tcp" || !isAlive(pid);
}

async function answers(client: GaiaClient): Promise<boolean> {
  try {
    await client.isReady();
    return true;
  } catch (reason) {
    return !isConnectionError(reason);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (reason) {
    return reason instanceof Error && "code" in reason && reason.code === "EPERM";
  }
}
