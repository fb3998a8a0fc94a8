import { Client, type ChannelCredentials, type ChannelOptions, type ClientDuplexStream } from "@grpc/grpc-js";
import { loadSync, type MethodDefinition } from "@grpc/proto-loader";
import { WORKER_PROTO, WORKER_PROTO_OPTIONS, type FromWorker, type ToWorker } from "@gaia/contracts";

export type SessionStream = ClientDuplexStream<FromWorker, ToWorker>;
export type SessionMethod = MethodDefinition<FromWorker, ToWorker>;

const SERVICE = "gaia.worker.v1.Worker";

/** The one method of the worker protocol, loaded from the proto file, with the types of `@gaia/contracts`. */
export function loadSessionMethod(): SessionMethod {
  const service = loadSync(WORKER_PROTO, { ...WORKER_PROTO_OPTIONS })[SERVICE];
  if (service === undefined || !("Session" in service)) {
    throw new Error(
      `${WORKER_PROTO} does not define ${SERVICE}.Session: this installation of Gaia is incomplete`,
    );
  }
  // The proto file and the types are kept equal by hand; protobuf has checked the bytes when this type is used.
  return service.Session;
}

/** One connection to a server, with one stream on it. A new one is made for each try, so that no channel lingers. */
export class SessionClient {
  readonly #client: Client;
  readonly stream: SessionStream;

  constructor(
    method: SessionMethod,
    address: string,
    credentials: ChannelCredentials,
    options: ChannelOptions,
  ) {
    this.#client = new Client(address, credentials, options);
    this.stream = this.#client.makeBidiStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
    );
  }

  close(): void {
    this.stream.cancel();
    this.#client.close();
  }
}
