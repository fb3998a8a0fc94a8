import type {
  AttemptEnd,
  AttemptOrder,
  AttemptReport,
  AttemptState,
  AttemptsHeader,
  StartedProcess,
} from "./state.ts";

/** What the worker must bring about, in order. */
export type AttemptOutput =
  /** `leaseMs`: the launcher kills it when nobody extends that; null: never. */
  | {
      readonly kind: "launch";
      readonly key: string;
      readonly order: AttemptOrder;
      readonly leaseMs: number | null;
    }
  /**
   * End the attempt, all of its processes: ask, and after the grace kill (`force`: kill at once). Where the process
   * does not exist yet, see to it that it never does, and say `launch_cancelled`.
   */
  | { readonly kind: "stop"; readonly key: string; readonly graceMs: number; readonly force: boolean }
  /** Read what the attempt left behind and say `finished`. */
  | {
      readonly kind: "finish";
      readonly key: string;
      readonly order: AttemptOrder;
      readonly process: StartedProcess | null;
      readonly end: AttemptEnd;
      readonly wanted: boolean;
    }
  | { readonly kind: "send"; readonly reports: readonly NumberedReport[] }
  | { readonly kind: "extend_leases"; readonly keys: readonly string[]; readonly leaseMs: number }
  /** Nobody will ask for it again: the launcher may forget it, what is private to the host may go. */
  | { readonly kind: "forget"; readonly key: string }
  /** Say `tick` at this monotonic time, or later. */
  | { readonly kind: "wake"; readonly at: number }
  /** A message that changed nothing; for the log. */
  | { readonly kind: "ignored"; readonly key: string; readonly why: string };

export interface NumberedReport {
  readonly seq: number;
  readonly report: AttemptReport;
}

/** The parts that become different; `attempts`: null means gone. */
export interface AttemptChanges {
  readonly header: AttemptsHeader;
  readonly attempts: ReadonlyMap<string, AttemptState | null>;
}

export interface AttemptTransition {
  readonly changes: AttemptChanges;
  readonly outputs: readonly AttemptOutput[];
}
