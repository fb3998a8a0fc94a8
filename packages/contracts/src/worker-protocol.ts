import { fileURLToPath } from "node:url";

/** Where the worker protocol is defined; grpc loads it at start, so that no generated code is kept. */
export const WORKER_PROTO: string = fileURLToPath(
  new URL("../../../proto/gaia/worker/v1/worker.proto", import.meta.url),
);
export const WORKER_PROTOCOL_VERSION = 1;

/**
 * The tag of workers that share the server's home, given by the server alone: no worker and no file can name it. Builds
 * and programs lie in the home.
 */
export const HOME_TAG = "gaia:home";

/** How both sides load the proto: field names as written, 64-bit numbers as JavaScript numbers (times and sizes fit). */
export const WORKER_PROTO_OPTIONS = {
  keepCase: true,
  longs: Number,
  enums: String,
  defaults: true,
  arrays: true,
  objects: true,
  oneofs: true,
} as const;

export interface AttemptName {
  readonly run: string;
  readonly job: number;
  readonly attempt: number;
  readonly token: number;
}

export interface Hello {
  readonly version_min: number;
  readonly version_max: number;
  readonly worker_id: string;
  readonly name: string;
  readonly host: string;
  readonly gaia_version: string;
  readonly boot_id: string;
  readonly launcher_id: string;
  readonly capabilities: readonly string[];
  readonly tags: readonly string[];
  readonly slots: number;
  readonly credits: number;
  readonly last_seq: number;
  readonly held: readonly { readonly name: AttemptName; readonly started: boolean }[];
  readonly stop_means: string;
  readonly memory_limits: string;
  readonly cpu_limits: string;
  readonly home_proof: string;
  readonly free_disk_bytes: number;
  readonly pid: number;
  readonly draining: boolean;
  readonly runs: readonly string[];
}

export interface Welcome {
  readonly version: number;
  readonly server_id: string;
  readonly lease_ms: number;
  readonly heartbeat_ms: number;
  readonly acked_seq: number;
  readonly ship_files: boolean;
  readonly unknown: readonly AttemptName[];
  readonly logs_root: string;
  readonly ended_runs: readonly string[];
}

export interface Assignment {
  readonly name: AttemptName;
  readonly key: string;
  readonly run_number: string;
  readonly pipeline: string;
  readonly namespace: string;
  readonly executor: string;
  readonly spec: Uint8Array;
  readonly values: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly work_dir: string;
  readonly timeout_ms: number;
  readonly grace_ms: number;
  readonly kill_when_lease_ends: boolean;
  readonly cpus: number;
  readonly memory_bytes: number;
  readonly strict_limits: boolean;
  readonly traceparent: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly log_max_bytes: number;
  readonly log_drop: boolean;
}

export interface StopOrder {
  readonly name: AttemptName;
  readonly grace_ms: number;
  readonly force: boolean;
  readonly cause: string;
}

export interface Started {
  readonly at: number;
  readonly pid: number;
  readonly stop_means: string;
}

export interface Ended {
  readonly at: number;
  readonly outcome: string;
  readonly started_at: number;
  readonly exit_code: number;
  readonly has_exit_code: boolean;
  readonly message: string;
  readonly outputs: Uint8Array;
  readonly growth: Uint8Array;
  readonly survivors: readonly number[];
  readonly usage: Uint8Array;
  readonly stop_means: string;
  readonly verdict: string;
}

export interface Returned {
  readonly at: number;
  readonly message: string;
}

/** A report carries exactly one of `started`, `ended`, `returned`; `what` names it. */
export interface Report {
  readonly seq: number;
  readonly name: AttemptName;
  readonly what?: "started" | "ended" | "returned";
  readonly started?: Started;
  readonly ended?: Ended;
  readonly returned?: Returned;
}

export interface Heartbeat {
  readonly at: number;
  readonly running: number;
  readonly free_disk_bytes: number;
  readonly slots: number;
  readonly credits: number;
  readonly unhealthy: string;
  readonly draining: boolean;
}

export interface FileChunk {
  readonly name: AttemptName;
  /** `log`, `index`, `summary`, or `artifacts/PATH`. */
  readonly file: string;
  readonly offset: number;
  readonly data: Uint8Array;
  readonly last: boolean;
}

export interface FileAck {
  readonly name: AttemptName;
  readonly file: string;
  readonly offset: number;
  readonly complete: boolean;
  /** Empty: written. */
  readonly code: string;
  readonly message: string;
  readonly retry: boolean;
}

/** What a job asks of the server while it runs: exactly one of `start_run`, `await_run`; `what` names it. */
export interface WorkerRequest {
  readonly id: number;
  readonly name: AttemptName;
  readonly what?: "start_run" | "await_run";
  readonly start_run?: {
    readonly pipeline: string;
    readonly inputs: Readonly<Record<string, string>>;
    readonly number: number;
  };
  readonly await_run?: { readonly run: string };
}

export interface WorkerAnswer {
  readonly id: number;
  /** Empty: it was done. */
  readonly error: string;
  readonly run: string;
  readonly status: string;
  readonly outputs: Uint8Array;
}

export interface FromWorker {
  readonly message?: "hello" | "heartbeat" | "reports" | "file_chunk" | "request";
  readonly hello?: Hello;
  readonly heartbeat?: Heartbeat;
  readonly reports?: { readonly reports: readonly Report[] };
  readonly file_chunk?: FileChunk;
  readonly request?: WorkerRequest;
}

export interface ToWorker {
  readonly message?:
    | "welcome"
    | "refused"
    | "assign"
    | "stop"
    | "ack"
    | "drain"
    | "pulse"
    | "file_ack"
    | "answer"
    | "runs_ended";
  readonly welcome?: Welcome;
  readonly refused?: { readonly code: string; readonly message: string; readonly retry: boolean };
  readonly assign?: { readonly assignments: readonly Assignment[] };
  readonly stop?: { readonly orders: readonly StopOrder[] };
  readonly ack?: { readonly seq: number };
  readonly drain?: { readonly reason: string };
  readonly pulse?: { readonly at: number };
  readonly file_ack?: FileAck;
  readonly answer?: WorkerAnswer;
  readonly runs_ended?: { readonly runs: readonly string[] };
}
