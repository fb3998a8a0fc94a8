import type { Forge } from "@gaia/contracts";

/** What is remembered of pipeline programs beside their versions: where these come from, and which of them is in force. */
export interface ProgramStore {
  /** Of all namespaces, by namespace and name. */
  sources(): Promise<readonly ProgramSourceRow[]>;
  /** Builds that have ended and whose consequences are not written yet, in the order of their ends. */
  endedBuilds(): Promise<readonly EndedBuild[]>;
}

/** Where the versions of a pipeline come from, and what is known of it. One a pipeline. */
export interface ProgramSourceRow {
  readonly namespace: string;
  readonly pipeline: string;
  readonly source: SourceSettings;
  /** How often it is to be looked at for new commits; 0: not at all; null: nobody said. */
  readonly saidPollMs: number | null;
  /** Versions before it are those of a pipeline of the same name that was removed. */
  readonly firstVersion: number;
  /** Number of the build that it was made with; those before it are of a pipeline of the same name that was removed. */
  readonly firstBuild: number;
  /** The version that runs start from; null: the newest. */
  readonly pinned: number | null;
  /** The version that was in force before the present one was chosen. */
  readonly former: number | null;
  /** What a build was asked for last: the branch's newest commit, or the stamp of a file. */
  readonly seen: string | null;
  readonly lastBuild: LastBuild | null;
  /** Since when the file that it is built from is not there. */
  readonly missingSince: number | null;
}

/** What is built, and how it is reached. Secrets are named, never held. */
export interface SourceSettings {
  readonly kind: "git" | "folder" | "file";
  /** Address of the repository, or an absolute path. */
  readonly url: string;
  /** Null: the repository's own default. */
  readonly branch: string | null;
  /** Of the pipeline within the repository; `.`: its root. */
  readonly folder: string;
  /** Null: by the files that are there. */
  readonly language: string | null;
  readonly credential: SourceCredential | null;
  /** Text in the form of a `known_hosts` file; null: what the user of the server knows. */
  readonly knownHosts: string | null;
  readonly submodules: boolean;
  /** Name of the secret with which the forge signs what it tells of pushes; null: it tells nothing. */
  readonly webhook: string | null;
  /** Where the forge is told what builds come to; null: nowhere. */
  readonly status: SourceStatus | null;
}

/** As it was said: the rest follows from the address. */
export interface SourceStatus {
  /** Name of the secret with the token. */
  readonly token: string;
  readonly forge: Forge | null;
  readonly api: string | null;
}

export interface SourceCredential {
  readonly kind: "ssh_key" | "token";
  /** Name of the secret. */
  readonly secret: string;
  /** Null: the usual one. */
  readonly user: string | null;
}

/** How the last build that has ended went. */
export interface LastBuild {
  readonly run: string;
  readonly number: number;
  /** `unchanged`: it made what the newest version has already. */
  readonly status: "built" | "unchanged" | "failed" | "cancelled";
  /** The version that it made, or found to be the same. */
  readonly version: number | null;
  readonly commit: string | null;
  /** Why it made none; empty: it did. */
  readonly message: string;
  /** Version of the definition that it was a run of: of another source, that is another. */
  readonly definition: number;
  /** So many builds in a row, with this one, were to build the newest commit and did not get it. */
  readonly unfetched: number;
  readonly at: number;
}

/** A build's end, kept from there until its version is. */
export interface EndedBuild {
  readonly run: string;
  readonly namespace: string;
  readonly pipeline: string;
  readonly number: number;
  /** Version of the definition that it was a run of. */
  readonly definition: number;
  /** It was to build what is newest, not a commit that was named. */
  readonly isNewest: boolean;
  readonly createdAt: number;
  readonly status: "completed" | "failed" | "cancelled";
  readonly at: number;
  /** Why it failed; empty: it did not. */
  readonly message: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** One change of what is remembered of pipeline programs. */
export type ProgramChange =
  /** Adds the source of a pipeline, or replaces it. */
  | { readonly kind: "source"; readonly row: ProgramSourceRow }
  | { readonly kind: "source_removed"; readonly namespace: string; readonly pipeline: string }
  | { readonly kind: "build_ended"; readonly build: EndedBuild }
  /** What follows from the build's end is written, in this commit or before. */
  | { readonly kind: "build_settled"; readonly run: string };
