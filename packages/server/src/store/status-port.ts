import type { CommitState, Forge } from "@gaia/contracts";

/** Where a commit status goes, and under which name. The token is named, never held. */
export interface StatusTarget {
  readonly forge: Forge;
  /** Address of the forge's API, without a slash at its end. */
  readonly api: string;
  /** Path of the repository at the forge: `team/app`. */
  readonly repository: string;
  /** The name of the status: one of the same name at the same commit takes its place. */
  readonly context: string;
  /** Name of the secret with the token. */
  readonly token: string;
}

/** Whose run on which commit is told of, and where. */
export interface StatusWish {
  readonly target: StatusTarget;
  readonly commit: string;
  /** Id of the trigger that started the run, or the first of its retries; null: none did. */
  readonly trigger: string | null;
  /** Which has to be allowed to read the token. */
  readonly pipeline: string;
}

/** What a forge is to be told of a run on a commit, and what it was told. Goes with its run. */
export interface CommitStatusRow extends StatusWish {
  readonly run: string;
  readonly namespace: string;
  readonly state: CommitState;
  readonly description: string;
  /** When that state came about. */
  readonly since: number;
  /** What the forge was told last. */
  readonly told: { readonly state: CommitState; readonly at: number } | null;
  /** Why the last try failed; empty: there was none, or it did not. */
  readonly problem: string;
  /** Why that state will not be told any more. */
  readonly dropped: "superseded" | "given_up" | null;
  /** It is to be told yet, or will have another state. */
  readonly isOpen: boolean;
}

export interface CommitStatusStore {
  /** Those that are open, of all namespaces, in the order in which their states came about. */
  open(): Promise<readonly CommitStatusRow[]>;
  /** Null: no forge is told of that run. */
  of(run: string): Promise<CommitStatusRow | null>;
}
