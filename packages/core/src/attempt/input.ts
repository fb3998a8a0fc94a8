import type { AttemptEnding, AttemptName, AttemptOrder, ProcessExit, StartedProcess } from "./state.ts";
import type { Outcome } from "../policy/index.ts";

/**
 * What happened, told to the attempt machine. `at` is milliseconds UTC, for the record; deadlines use the monotonic
 * `now` that is given beside the input.
 */
export type AttemptInput =
  // From the server.
  | { readonly kind: "assign"; readonly at: number; readonly order: AttemptOrder }
  | {
      readonly kind: "stop";
      readonly at: number;
      readonly name: AttemptName;
      readonly graceMs: number;
      readonly force: boolean;
      readonly cause: string;
    }
  /** The stream is up: reports up to `ackedSeq` are settled, and the server does not want the `unknown`. */
  | {
      readonly kind: "connected";
      readonly at: number;
      readonly ackedSeq: number;
      readonly unknown: readonly AttemptName[];
      readonly leaseMs: number;
    }
  | { readonly kind: "disconnected" }
  | { readonly kind: "ack"; readonly seq: number }
  /** Any message of the server: it extends the leases. */
  | { readonly kind: "spoke"; readonly leaseMs: number }
  // From the launcher and the executors.
  /** `ranMs`: for how long the process has been running by now. */
  | {
      readonly kind: "launched";
      readonly key: string;
      readonly process: StartedProcess;
      readonly ranMs: number;
    }
  | {
      readonly kind: "launch_failed";
      readonly key: string;
      readonly at: number;
      readonly outcome: Outcome;
      readonly message: string;
    }
  /** It was ended before its process existed. `leaseEnded`: not by the worker, but by the end of its lease. */
  | {
      readonly kind: "launch_cancelled";
      readonly key: string;
      readonly at: number;
      readonly leaseEnded: boolean;
    }
  | {
      readonly kind: "exited";
      readonly key: string;
      readonly process: StartedProcess;
      readonly exit: ProcessExit;
    }
  | { readonly kind: "finished"; readonly key: string; readonly at: number; readonly ending: AttemptEnding }
  | { readonly kind: "limit_passed"; readonly key: string; readonly message: string }
  | { readonly kind: "launcher_lost"; readonly message: string }
  /** Found at the launcher when the worker started: what became of it is told as for any other attempt. */
  | { readonly kind: "adopt"; readonly order: AttemptOrder }
  // From the worker itself.
  | { readonly kind: "tick" }
  /** The end of a turn: what was reported in it goes out as one message. */
  | { readonly kind: "flush" }
  | { readonly kind: "resize"; readonly launchMax: number }
  | { readonly kind: "drain"; readonly at: number; readonly message: string }
  | { readonly kind: "pause"; readonly at: number; readonly message: string }
  | { readonly kind: "unpause" };
