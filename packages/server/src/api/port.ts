import type { JobWork } from "@gaia/core";
import type { Access, SignIn } from "../access/index.ts";
import type { Engine } from "../engine/engine.ts";
import type { LogReader } from "../logs/index.ts";
import type { Metrics, Vitals } from "../observe/metrics-port.ts";
import type { Logger } from "../observe/port.ts";
import type { ProgramService } from "../programs/port.ts";
import type { RunService } from "../runs/port.ts";
import type { PipelineRow, StatusTarget, Store, TriggerRow } from "../store/port.ts";
import type { Site } from "../web/index.ts";
import type { Vault } from "../vault/port.ts";
import type { KnownWorker } from "../workers/workers.ts";

/** The workers room, as the API uses it; `Workers` is one. */
export interface WorkerDirectory {
  readonly known: readonly KnownWorker[];
  readonly connectedCount: number;
  readonly localProblem: string;
}

/** What a kept definition says; `Workflow` of the pipelines room is one. */
export interface DescribedWorkflow {
  readonly description: string;
  readonly inputs: readonly {
    readonly name: string;
    readonly type: "text" | "textarea" | "number" | "boolean" | "choice" | "secret";
    readonly description: string;
    readonly required: boolean;
    readonly default: unknown;
    readonly choices: readonly string[];
    readonly min: number | null;
    readonly max: number | null;
  }[];
  readonly triggers: readonly DescribedTrigger[];
  readonly tags: readonly string[];
  /** Its tasks, and what is told of each; both in the same order. */
  readonly jobs: readonly { readonly key: string; readonly work: JobWork }[];
  readonly notes: readonly { readonly description: string }[];
  readonly settings: { readonly timeoutMs: number | null };
  readonly concurrency: { readonly text: string; readonly onConflict: "queue" | "cancel" } | null;
}

/** The triggers room, as the API uses it. */
export interface Schedules {
  /** When a trigger will fire: after `after`, up to `until`, at most `limit` times. */
  next(trigger: TriggerRow, after: number, until: number, limit: number): readonly number[];
  /** The instant for which a trigger started a run, of which `cause` is who started it; null: it did not. */
  instantOf(trigger: string, run: string, cause: string): number | null;
}

/** The configuration, as the API shows it. */
export interface Configuration {
  readonly file: string;
  readonly keys: readonly {
    readonly key: string;
    readonly value: string;
    readonly fallback: string;
    readonly from: "default" | "file" | "environment";
    readonly variable: string;
    readonly unit: string;
    readonly description: string;
  }[];
}

/** `Trigger` of the pipelines room is one. */
export type DescribedTrigger =
  | { readonly kind: "cron"; readonly cron: string; readonly timezone: string }
  | { readonly kind: "pipeline"; readonly pipeline: string; readonly on: "completed" | "failed" | "always" }
  | {
      readonly kind: "webhook";
      readonly name: string;
      readonly secret: string | null;
      readonly events: readonly string[] | null;
      readonly when: string | null;
    }
  | {
      readonly kind: "git";
      readonly name: string;
      readonly repository: string | null;
      readonly secret: string | null;
      readonly events: readonly string[];
      readonly branches: readonly string[] | null;
      readonly tags: readonly string[] | null;
      readonly paths: readonly string[] | null;
      readonly intervalMs: number;
      readonly status: StatusTarget | null;
    };

/** What arrived at the address of a webhook. */
export interface Delivery {
  readonly namespace: string;
  readonly pipeline: string;
  /** The end of the address. */
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Address of the sender. */
  readonly from: string;
}

/** The webhooks of the triggers room, as the API uses them. `P` is what they say of a delivery that is proved. */
export interface WebhookDesk<P> {
  /** What a sender that is wrong would have to change to be another try. */
  fingerprint(delivery: Delivery): string;
  /** Null: there is no such webhook, or the sender does not know its secret. */
  prove(delivery: Delivery): P | null;
  /** @throws GaiaError when no run can be started from it, or not now */
  accept(proved: P): Promise<{
    readonly status: "started" | "repeated" | "ignored";
    readonly run: string | null;
    readonly message: string;
  }>;
  /** The last delivery to a trigger that was turned away since the server started, or why it cannot be looked at. */
  turnedAway(
    trigger: string,
  ): { readonly at: number; readonly status: string; readonly message: string } | null;
}

/** Commit statuses, as the API uses them. */
export interface StatusDesk {
  /**
   * Why the forge could not be told at the last try, since the server started, for a run of this trigger; null: it could.
   * @param trigger its id, or what builds a pipeline
   */
  problemOf(
    trigger: string | { readonly namespace: string; readonly pipeline: string },
  ): { readonly at: number; readonly message: string } | null;
}

/** Starting: only health and readiness are answered. Stopping: nothing new is accepted. */
export type Phase = "starting" | "serving" | "stopping";

export interface ApiSettings {
  readonly version: string;
  readonly namespace: string;
  readonly home: string;
  /** Where backups are put when nothing else is said. */
  readonly backupsFolder: string;
  readonly startedAt: number;
}

/** Everything that the API needs; the composition root gives it. */
export interface ApiDeps {
  readonly store: Store;
  readonly engine: Engine;
  readonly workers: WorkerDirectory;
  readonly runs: RunService;
  readonly programs: ProgramService;
  readonly describe: (row: PipelineRow) => Promise<DescribedWorkflow>;
  readonly schedules: Schedules;
  readonly webhooks: WebhookDesk<unknown>;
  readonly commitStatuses: StatusDesk;
  readonly configuration: Configuration;
  readonly vault: Vault;
  readonly logs: LogReader;
  readonly access: Access;
  readonly signIn: SignIn;
  /** The dashboard's files. */
  readonly site: Site;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly vitals: () => Vitals;
  readonly settings: ApiSettings;
  readonly now: () => number;
  readonly phase: () => Phase;
  /** Ends the server after the answer has been sent; `now`: without waiting for what is under way. */
  readonly shutdown: (now: boolean) => void;
}

export interface Api {
  /** Serves the socket of the same user: whoever can open the file needs no token. */
  listenSocket(path: string): Promise<void>;
  /** Serves TCP, with a token. Port 0 takes any free one. */
  listenTcp(host: string, port: number): Promise<TcpAddress>;
  /** Event streams that are open. */
  readonly streams: number;
  /** Ends streams in good order, lets requests under way finish (2 s), and closes. */
  close(): Promise<void>;
}

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
  readonly url: string;
}
