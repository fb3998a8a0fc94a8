/** The messages of `proto/program/program.proto`, as they are read and written with PROGRAM_SERVICE_PROTO_OPTIONS. */

export interface WireDescription {
  readonly sdk: string;
  readonly max_parallel: number;
  readonly jobs: readonly WireJobDescription[];
}

export interface WireJobDescription {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly depends_on: readonly number[];
  readonly arguments: readonly WireArgumentDescription[];
  readonly on_demand: boolean;
  readonly attempts: number;
  readonly timeout_ms: string;
}

export interface WireArgumentDescription {
  readonly key: string;
  readonly description: string;
  /** A number: a type of a newer version. */
  readonly type: "TEXT" | "TEXTAREA" | "BOOLEAN" | "NUMBER" | "CHOICE" | "VAULT" | number;
  readonly default_value: string;
  readonly choices: readonly string[];
  readonly required: boolean;
}

type WireValues = Readonly<Record<string, string>>;

export interface WireStart {
  readonly job: number;
  readonly title: string;
  readonly arguments: WireValues;
  /** Each value as JSON, by title and name. */
  readonly outputs: Readonly<Record<string, { readonly values: WireValues }>>;
  readonly run: string;
  readonly pipeline: string;
  readonly attempt: number;
}

export interface WireRun {
  readonly id: string;
  readonly status: string;
  /** Each value as JSON. */
  readonly outputs: WireValues;
}

/** What the host writes; one member is set. */
export type WireHostMessage =
  | { readonly start: WireStart }
  | { readonly cancel: { readonly reason: string; readonly grace_ms: number } }
  | { readonly answer: { readonly request: string; readonly error: string } }
  | { readonly answer: { readonly request: string; readonly run: WireRun } };

export interface WireLog {
  /** A number: a level of a newer version. */
  readonly level: "DEBUG" | "INFO" | "WARN" | "ERROR" | number;
  readonly text: string;
}

export interface WireRequest {
  readonly id: string;
  /** Not there: a request of a newer version. */
  readonly what?: "start_run" | "await_run";
  readonly start_run?: { readonly pipeline: string; readonly arguments: WireValues };
  readonly await_run?: { readonly run: string };
}

export interface WireAddedJob {
  readonly title: string;
  readonly job: number;
  readonly arguments: WireValues;
  readonly depends_on: readonly string[];
}

export interface WireJobResult {
  /** A number: an outcome of a newer version. */
  readonly outcome: "SUCCEEDED" | "FAILED" | "EXIT_PIPELINE" | "SKIPPED" | "CANCELLED" | number;
  readonly message: string;
  readonly outputs: WireValues;
  readonly jobs: readonly WireAddedJob[];
}

/** What the program writes; none is set when it is a message of a newer version. */
export interface WireJobMessage {
  readonly log?: WireLog;
  readonly request?: WireRequest;
  readonly result?: WireJobResult;
}
