import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { credentials, loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { certificates } from "./certificates.js";

const PROTOS = ["plugin/plugin.proto", "program/program.proto"];
const PROTO_FOLDER = fileURLToPath(new URL("../../../../proto/", import.meta.url));
const CHANNEL = { "grpc.ssl_target_name_override": "unused", "grpc.default_authority": "unused" };

/** The services as their proto files define them: what the SDK writes and reads is compared with that. */
export function protoDefinition() {
  const options = { keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true };
  return loadSync(PROTOS, { ...options, includeDirs: [PROTO_FOLDER] });
}

/** A host of programs: starts them as Gaia does, and speaks to them with a client that knows the proto files alone. */
export class Host {
  #certificates = certificates();
  /** @type {import("node:child_process").ChildProcess[]} */
  #children = [];
  /** @type {{ close(): void }[]} */
  #clients = [];

  /**
   * Starts a program, and waits for its handshake.
   * @param {URL} program
   */
  async start(program) {
    const child = spawn(process.execPath, [fileURLToPath(program)], {
      env: { ...process.env, ...this.#certificates.environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#children.push(child);
    let stdout = "";
    let stderr = "";
    child.stderr.on("data", (bytes) => (stderr += bytes));
    const exited = once(child, "close").then(([code, signal]) => ({ code, signal }));
    const line = await new Promise((resolve, reject) => {
      child.stdout.on("data", (bytes) => {
        stdout += bytes;
        if (stdout.includes("\n")) resolve(stdout.slice(0, stdout.indexOf("\n")));
      });
      void exited.then((exit) =>
        reject(new Error(`ended before its handshake: ${JSON.stringify(exit)} ${stderr}`)),
      );
    });
    return { line: String(line), child, exited, stderr: () => stderr };
  }

  /**
   * Starts a program and connects to it.
   * @param {URL} program
   */
  async open(program) {
    const started = await this.start(program);
    const address = started.line.split("|")[3];
    const { authority, key, certificate } = this.#certificates;
    return {
      ...started,
      ...this.#clientsOf(address, credentials.createSsl(authority, key, certificate)),
      stranger: () => this.#clientsOf(address, credentials.createSsl(authority)).plugin,
    };
  }

  /**
   * @param {string} address
   * @param {import("@grpc/grpc-js").ChannelCredentials} secure
   */
  #clientsOf(address, secure) {
    /** @type {any} */
    const root = loadPackageDefinition(protoDefinition());
    const large = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
    const plugin = new root.proto.Plugin(address, secure, { ...CHANNEL, ...large });
    const program = new root.gaia.program.v1.Program(address, secure, { ...CHANNEL, ...large });
    this.#clients.push(plugin, program);
    return { plugin, program };
  }

  /** Ends what it started, and removes its files. */
  async close() {
    for (const client of this.#clients) client.close();
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    this.#certificates.remove();
  }
}

/**
 * Calls a method with one answer.
 * @param {any} client
 * @param {string} method
 * @param {object} request
 * @returns {Promise<any>}
 */
export function ask(client, method, request) {
  return new Promise((resolve, reject) => {
    client[method](request, (/** @type {Error | null} */ error, /** @type {unknown} */ answer) =>
      error === null ? resolve(answer) : reject(error),
    );
  });
}

/**
 * All that a stream brings.
 * @param {any} stream
 * @returns {Promise<any[]>}
 */
export async function all(stream) {
  const messages = [];
  for await (const message of stream) messages.push(message);
  return messages;
}
