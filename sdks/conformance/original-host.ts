import { connect, type TLSSocket } from "node:tls";
import {
  type CertificateAuthority,
  type KeyPair,
  openProgram,
  type Program,
  type StartCommand,
  temporaryAuthority,
} from "@gaia/program";
import { RawClient } from "./raw-client.ts";
import { startPatiently } from "./session.ts";
import { field, readable, type Shape, varint } from "./wire-fields.ts";

/** A host that pretends to be the original Gaia, and looks at the bytes that come. */

const ARGUMENT: Shape = {
  1: { name: "description", as: "text" },
  2: { name: "type", as: "text" },
  3: { name: "key", as: "text" },
  4: { name: "value", as: "text" },
};
const JOB: Shape = {
  1: { name: "unique_id", as: "number" },
  2: { name: "title", as: "text" },
  3: { name: "description", as: "text" },
  4: { name: "dependson", as: "numbers" },
  5: { name: "args", as: ARGUMENT },
  6: { name: "interaction", as: ARGUMENT },
};
const RESULT: Shape = {
  1: { name: "unique_id", as: "number" },
  2: { name: "failed", as: "number" },
  3: { name: "exit_pipeline", as: "number" },
  4: { name: "message", as: "text" },
};

export class OriginalHost {
  readonly program: Program;
  readonly #authority: CertificateAuthority;
  readonly #pair: KeyPair;
  readonly #client: RawClient;
  readonly #stderr: () => Buffer;

  private constructor(
    program: Program,
    authority: CertificateAuthority,
    pair: KeyPair,
    stderr: () => Buffer,
  ) {
    this.program = program;
    this.#authority = authority;
    this.#pair = pair;
    this.#stderr = stderr;
    this.#client = new RawClient(program, authority, pair);
  }

  static async open(command: StartCommand): Promise<OriginalHost> {
    const stderr: Buffer[] = [];
    const authority = await temporaryAuthority();
    const program = await openProgram({
      command,
      environment: process.env,
      start: startPatiently((bytes) => stderr.push(bytes)),
      authority,
      protocol: "published",
    });
    return new OriginalHost(program, authority, await authority.issue(), () => Buffer.concat(stderr));
  }

  stderr(): string {
    return this.#stderr().toString("utf8");
  }

  /** The jobs, field by field. */
  async getJobs(): Promise<readonly (readonly unknown[])[]> {
    const jobs = await this.#client.answers("/proto.Plugin/GetJobs", Buffer.alloc(0));
    return jobs.map((bytes) => readable(bytes, JOB));
  }

  /** Id, and key and value of each argument: more the original does not send. Answers with the result, field by field. */
  async executeJob(id: number, values: Readonly<Record<string, string>> = {}): Promise<readonly unknown[]> {
    const args = Object.entries(values).map(([key, value]) =>
      field(5, Buffer.concat([field(3, Buffer.from(key)), field(4, Buffer.from(value))])),
    );
    const request = Buffer.concat([Buffer.from([8]), varint(id), ...args]);
    return readable(await this.call("/proto.Plugin/ExecuteJob", request), RESULT);
  }

  /** Any method with one answer. Rejects with a gRPC error. */
  call(path: string, request: Buffer): Promise<Buffer> {
    return this.#client.call(path, request);
  }

  /** Shakes hands over one version of TLS. Rejects when the program does not; closes the connection. */
  async shakeHands(version: "TLSv1.2" | "TLSv1.3"): Promise<string> {
    const port = Number(/\d+$/.exec(this.program.handshake.address)?.[0]);
    const socket = connect({
      port,
      host: "127.0.0.1",
      servername: "unused",
      ALPNProtocols: ["h2"],
      ca: this.#authority.certificate,
      cert: this.#pair.certificate,
      key: this.#pair.key,
      minVersion: version,
      maxVersion: version,
    });
    try {
      return await firstBytes(socket);
    } finally {
      socket.destroy();
    }
  }

  close(): Promise<void> {
    this.#client.close();
    return this.program.close();
  }
}

/** With TLS 1.3 only what comes after the handshake says that the certificate was taken. */
function firstBytes(socket: TLSSocket): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once("data", () => resolve(socket.getProtocol() ?? "none"));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed without a word")));
    // The preface of HTTP/2, with empty settings.
    socket.once("secureConnect", () =>
      socket.write(Buffer.from(`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0`, "latin1")),
    );
  });
}
