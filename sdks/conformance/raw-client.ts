import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import type { CertificateAuthority, KeyPair, Program } from "@gaia/program";

/** As go-plugin dials. */
const CHANNEL = {
  "grpc.ssl_target_name_override": "unused",
  "grpc.default_authority": "unused",
  "grpc.enable_http_proxy": 0,
  "grpc.use_local_subchannel_pool": 1,
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
} as const;

const asBytes = (bytes: Buffer): Buffer => bytes;

/** A client of a program that sends any bytes, and shows those that come. */
export class RawClient {
  readonly #client: Client;

  constructor(program: Program, authority: CertificateAuthority, pair: KeyPair) {
    const pem = [authority.certificate, pair.key, pair.certificate].map((text) => Buffer.from(text));
    const [ca = null, key = null, certificate = null] = pem;
    const secure = credentials.createSsl(ca, key, certificate);
    this.#client = new Client(`dns:${program.handshake.address}`, secure, CHANNEL);
  }

  /** Any method with one answer. Rejects with a gRPC error. */
  call(path: string, request: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(path, asBytes, asBytes, request, (error: ServiceError | null, answer) => {
        if (error === null) resolve(answer ?? Buffer.alloc(0));
        else reject(error);
      });
    });
  }

  /** Any method with several answers. Rejects with a gRPC error. */
  answers(path: string, request: Buffer): Promise<readonly Buffer[]> {
    return new Promise((resolve, reject) => {
      const answers: Buffer[] = [];
      const call = this.#client.makeServerStreamRequest(path, asBytes, asBytes, request);
      call.on("data", (bytes: Buffer) => answers.push(bytes));
      call.on("error", reject);
      call.on("end", () => resolve(answers));
    });
  }

  /** Any method with a stream each way, of which the client's has one message. Rejects with a gRPC error. */
  converse(path: string, first: Buffer): Promise<readonly Buffer[]> {
    return new Promise((resolve, reject) => {
      const answers: Buffer[] = [];
      const call = this.#client.makeBidiStreamRequest(path, asBytes, asBytes);
      call.on("data", (bytes: Buffer) => answers.push(bytes));
      call.on("error", reject);
      call.on("end", () => resolve(answers));
      // It stays open: the program ends the call.
      call.write(first);
    });
  }

  close(): void {
    this.#client.close();
  }
}
