import { spawn, type ChildProcess } from "node:child_process";
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { GaiaError } from "@gaia/contracts/errors.ts";
import { homeFailure } from "@gaia/contracts/home-failure.ts";
import type { ServerProgram } from "../server-port.ts";
import type { GaiaClient } from "./api.ts";
import type { Environment } from "./endpoint.ts";
import { isConnectionError, parseErrorBody } from "./http.ts";

/** What `ensureServer` did. */
export type EnsuredServer =
  | { readonly kind: "present" }
  | { readonly kind: "started"; readonly tookMs: number };

/** Ready in 1 s is the aim; a database that has to be recovered after a power cut may take its time. */
const READY_WITHIN_MS = 60_000;

/** Between two tries to connect. A try costs 0.2 ms. */
const TRY_EVERY_MS = 15;

/**
 * Makes sure that a server answers and takes work, starting one in a session of its own when there is none.
 * Throws `unavailable` with the end of the server's log when it cannot be started.
 */
export async function ensureServer(
  client: GaiaClient,
  environment: Environment,
  program: () => ServerProgram,
  clock: () => number = () => performance.now(),
): Promise<EnsuredServer> {
  const begun = clock();
  const deadline = begun + READY_WITHIN_MS;
  if (await tryReady(client)) return { kind: "present" };
  const endpoint = client.transport.endpoint;
  if (endpoint.kind === "tcp") {
    await client.system();
    return { kind: "present" };
  }
  if (await client.answers()) {
    await untilReady(client, null, deadline, clock);
    return { kind: "present" };
  }
  const server = startDetached(program(), endpoint.home, environment);
  await untilReady(client, server, deadline, clock);
  return { kind: "started", tookMs: clock() - begun };
}

/** Where a server that was started from here writes what it has to say before its own logs are open. */
export function startLogFile(home: string): string {
  return join(home, "logs", "server-start.log");
}

interface StartedServer {
  readonly process: ChildProcess;
  readonly logFile: string;
  /** How the process ended; null while it runs. */
  end: string | null;
}

function startDetached(program: ServerProgram, home: string, environment: Environment): StartedServer {
  const logFile = startLogFile(home);
  let log: number;
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    // A recursive `mkdir` calls everything ENOENT; this names a read-only file system.
    accessSync(home, constants.W_OK);
    mkdirSync(join(home, "logs"), { recursive: true, mode: 0o700 });
    log = openSync(logFile, "w", 0o600);
    // On a full disk the server could not even say so.
    writeSync(log, " ", 0);
    ftruncateSync(log);
  } catch (reason) {
    throw homeFailure(home, reason);
  }
  try {
    const child = spawn(program.program, [...program.args], {
      // A session of its own: Ctrl-C and the end of this terminal do not reach it.
      detached: true,
      cwd: home,
      stdio: ["ignore", log, log],
      env: { ...environment, GAIA_HOME: home },
    });
    const server: StartedServer = { process: child, logFile, end: null };
    child.on("error", (reason) => (server.end = reason.message));
    child.on("exit", (code, signal) => {
      server.end =
        signal === null ? `it ended with status ${code ?? "unknown"}` : `it was ended by ${signal}`;
    });
    child.unref();
    return server;
  } finally {
    closeSync(log);
  }
}

async function untilReady(
  client: GaiaClient,
  server: StartedServer | null,
  deadline: number,
  clock: () => number,
): Promise<void> {
  for (;;) {
    if (await tryReady(client)) return;
    // Two commands may start a server at once: the one that loses the home ends, and the winner is about to answer.
    if (server !== null && server.end !== null && !lostTheHome(server)) {
      // It may have been another server that answered in between.
      if (await tryReady(client)) return;
      throw refusalOf(server) ?? startFailure(server, `The server did not start: ${server.end}.`);
    }
    if (clock() > deadline) {
      const seconds = Math.round(READY_WITHIN_MS / 1000);
      throw server === null
        ? new GaiaError("unavailable", `The server answers, but was not ready after ${seconds} s.`, {
            next: ["gaia doctor"],
          })
        : startFailure(server, `The server was not ready after ${seconds} s.`);
    }
    await pause(TRY_EVERY_MS);
  }
}

async function tryReady(client: GaiaClient): Promise<boolean> {
  try {
    return await client.isServing();
  } catch (reason) {
    if (isConnectionError(reason)) return false;
    throw reason;
  }
}

function lostTheHome(server: StartedServer): boolean {
  return logTail(server.logFile, 4096).includes("home_in_use");
}

/** What the server itself said before it ended, as its last line; null when it could not say anything. */
function refusalOf(server: StartedServer): GaiaError | null {
  const error = parseErrorBody(logTail(server.logFile, 16_384).trimEnd().split("\n").at(-1) ?? "");
  // A bug is told with the lines of the log.
  return error === null || error.code === "internal" ? null : error;
}

function startFailure(server: StartedServer, sentence: string): GaiaError {
  return new GaiaError("unavailable", sentence, {
    log_file: server.logFile,
    log_lines: logTail(server.logFile, 4096).trimEnd().split("\n").slice(-12),
    next: ["gaia doctor", "gaia up --foreground"],
  });
}

function logTail(file: string, bytes: number): string {
  try {
    const handle = openSync(file, "r");
    try {
      const size = fstatSync(handle).size;
      const buffer = Buffer.alloc(Math.min(bytes, size));
      const read = readSync(handle, buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString("utf8", 0, read);
    } finally {
      closeSync(handle);
    }
  } catch {
    return "";
  }
}
