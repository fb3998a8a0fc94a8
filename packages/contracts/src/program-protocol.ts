import { fileURLToPath } from "node:url";

/** Where the protocol of pipeline programs is defined; grpc loads it at start, so that no generated code is kept. */
export const PROGRAM_PROTO: string = fileURLToPath(
  new URL("../../../proto/plugin/plugin.proto", import.meta.url),
);

/** How the proto is loaded: field names as written, unset fields with their defaults. */
export const PROGRAM_PROTO_OPTIONS = { keepCase: true, defaults: true, arrays: true, objects: true } as const;

/** Where the service is defined that programs on Gaia's own SDKs serve besides. */
export const PROGRAM_SERVICE_PROTO: string = fileURLToPath(
  new URL("../../../proto/program/program.proto", import.meta.url),
);

/**
 * How that proto is loaded: names of enumerations instead of numbers; `message` and `what` say which one of several is
 * set; 64-bit numbers as text, because a request's number goes back as it came.
 */
export const PROGRAM_SERVICE_PROTO_OPTIONS = {
  ...PROGRAM_PROTO_OPTIONS,
  enums: String,
  longs: String,
  oneofs: true,
} as const;

/** What the handshake line and the environment of a pipeline program say; equal in every published SDK. */
export const PROGRAM_PROTOCOL = {
  coreVersion: 1,
  appVersion: 2,
  protocol: "grpc",
  cookieName: "GAIA_PLUGIN",
  cookieValue: "FdXjW27mN6XuG2zDBP4LixXUwDAGCEkidxwqBGYpUhxiWHzctATYZvpz4ZJdALmh",
} as const;

export interface WireArgument {
  readonly description: string;
  readonly type: string;
  readonly key: string;
  readonly value: string;
}

export interface WireInteraction {
  readonly description: string;
  readonly type: string;
  readonly value: string;
}

export interface WireJob {
  readonly unique_id: number;
  readonly title: string;
  readonly description: string;
  readonly dependson: readonly number[];
  readonly args: readonly WireArgument[];
  readonly interaction: WireInteraction | null;
}

/** What `ExecuteJob` is sent: nothing but the id, and key and value of the arguments. */
export interface WireExecution {
  readonly unique_id: number;
  readonly args: readonly Pick<WireArgument, "key" | "value">[];
}

export interface WireResult {
  readonly unique_id: number;
  readonly failed: boolean;
  readonly exit_pipeline: boolean;
  readonly message: string;
}
