import { type FromWorker, type ToWorker, WORKER_PROTO, WORKER_PROTO_OPTIONS } from "@gaia/contracts";
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServiceDefinition,
  type UntypedHandleCall,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { chmodSync, rmSync } from "node:fs";
import type { Wire } from "./session.ts";

/** Listens for workers on a unix socket that only this user may open. */
export async function listenForWorkers(
  socketPath: string,
  accept: (wire: Wire) => StreamHandlers,
): Promise<{ close(): Promise<void> }> {
  const server = new Server({
    "grpc.max_receive_message_length": 64 * 1024 * 1024,
    "grpc.max_send_message_length": 64 * 1024 * 1024,
  });
  server.addService(workerService(), { Session: handlerOf(accept) });
  rmSync(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${socketPath}`, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
  chmodSync(socketPath, 0o600);
  return {
    close: () =>
      new Promise<void>((resolve) => {
        const force = setTimeout(() => server.forceShutdown(), 500);
        server.tryShutdown(() => {
          clearTimeout(force);
          resolve();
        });
      }),
  };
}

/** What the owner of a stream does with it. */
export interface StreamHandlers {
  receive(message: FromWorker): void;
  closed(reason: string): void;
}

function handlerOf(accept: (wire: Wire) => StreamHandlers): UntypedHandleCall {
  return (stream: ServerDuplexStream<FromWorker, ToWorker>) => {
    let open = true;
    const handlers = accept({
      write: (message) => open && stream.write(message),
      end: () => {
        if (open) stream.end();
        open = false;
      },
    });
    const close = (reason: string): void => {
      open = false;
      handlers.closed(reason);
    };
    stream.on("data", (message: FromWorker) => handlers.receive(message));
    stream.on("end", () => close("the worker ended it"));
    stream.on("cancelled", () => close("the connection broke"));
    stream.on("error", (error: Error) => close(error.message));
  };
}

/** The service as grpc-js wants it; the proto file is the one definition. */
export function workerService(): ServiceDefinition {
  const root = loadPackageDefinition(loadSync(WORKER_PROTO, WORKER_PROTO_OPTIONS)) as unknown as {
    gaia: { worker: { v1: { Worker: { service: ServiceDefinition } } } };
  };
  return root.gaia.worker.v1.Worker.service;
}
