/** Serves a program to Gaia: mutual TLS on a free port, and the line that tells which. */

import { readFileSync, writeSync } from "node:fs";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { healthService } from "./health-service.js";
import { pluginService } from "./plugin-service.js";
import { programService } from "./program-service.js";
import { RunningJobs } from "./running-jobs.js";
import { surviveThrownErrors } from "./thrown-errors.js";

/** @import { Program } from "../program.js" */

const WRONG_START = 2;
const CERTIFICATE = "GAIA_PLUGIN_CERT";
const KEY = "GAIA_PLUGIN_KEY";
const AUTHORITY = "GAIA_PLUGIN_CA_CERT";

/**
 * Resolves when the program serves.
 * @param {Program} program
 */
export async function serveProgram(program) {
  const credentials = readCredentials();
  const running = new RunningJobs();
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  for (const { methods, handlers } of [
    pluginService(program, running),
    programService(program, running),
    healthService(),
  ])
    server.addService(methods, handlers);
  const port = await listen(server, credentials);
  surviveThrownErrors();
  running.endOnSignal();
  // A host that stops reading must not end the jobs; nobody reads stdout after the first line anyway.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  writeSync(1, `1|2|tcp|127.0.0.1:${port}|grpc\n`);
}

/**
 * @param {Server} server
 * @param {ServerCredentials} credentials
 * @returns {Promise<number>}
 */
function listen(server, credentials) {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", credentials, (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}

function readCredentials() {
  const pair = { cert_chain: readPem(CERTIFICATE), private_key: readPem(KEY) };
  const credentials = ServerCredentials.createSsl(readPem(AUTHORITY), [pair], true);
  // Else a program that a job starts would serve as well, with certificates that are not its own.
  for (const name of [CERTIFICATE, KEY, AUTHORITY]) delete process.env[name];
  return credentials;
}

/** @param {string} name */
function readPem(name) {
  const path = process.env[name];
  try {
    if (path === undefined) throw new Error("it is not set");
    return readFileSync(path);
  } catch (reason) {
    const said = reason instanceof Error ? reason.message : String(reason);
    process.stderr.write(`${name} has to name a PEM file, because ${CERTIFICATE} is set: ${said}\n`);
    process.exit(WRONG_START);
  }
}
