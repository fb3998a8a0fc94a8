import type { Actor, SecretRow, SecretVersion } from "../store/port.ts";

/** Who keeps secrets, and gives them to whom may have them. No answer but `reveal` and `read` carries a value. */
export interface Vault {
  /** Whether its secrets can be read and changed. */
  state(): Promise<VaultState>;
  /** By name. */
  list(namespace: string): readonly SecretRow[];
  /** @throws GaiaError `not_found` */
  secret(namespace: string, name: string): SecretRow;
  /** Whether its scopes let a pipeline read it. */
  isInScope(secret: SecretRow, pipeline: string): boolean;
  /** Newest first. @throws GaiaError `not_found` */
  versions(namespace: string, name: string): Promise<readonly KeptVersion[]>;
  /**
   * Adds a secret, a version of one, or changes what is said of it.
   * @throws GaiaError `invalid_request`, `too_large`, `not_found` (no value, and no such secret), `conflict` (too many),
   * `vault_locked`
   */
  set(order: SecretOrder): Promise<SecretRow>;
  /** With all versions; also while the vault is locked. @throws GaiaError `not_found` */
  remove(namespace: string, name: string, actor: Actor): Promise<void>;
  /**
   * One that is not the newest; also while the vault is locked.
   * @throws GaiaError `not_found`, `conflict` for the newest: tasks get it
   */
  removeVersion(namespace: string, name: string, version: number, actor: Actor): Promise<void>;
  /** A value, for a person; noted in the activity first. @throws GaiaError `not_found`, `vault_locked` */
  reveal(order: RevealOrder): Promise<{ readonly version: number; readonly value: string }>;
  /**
   * Makes a new master key and wraps every data key by it; secrets are read and changed meanwhile. After a crash the
   * next start goes on with it. @throws GaiaError `vault_locked`, `conflict` when the key comes from the environment
   */
  rotate(namespace: string, actor: Actor): Promise<Rotation>;
  /** The newest value, for a task of a pipeline; synchronous, for it is asked at the last moment. */
  read(namespace: string, name: string, pipeline: string): ReadSecret;
}

export type ReadSecret =
  | { readonly kind: "value"; readonly value: string }
  /** There is no such secret in the store. */
  | { readonly kind: "absent" }
  /** There is one, but not for this pipeline or not now: `why` ends a sentence (`which …`), then has the remedy; without the last stop. */
  | { readonly kind: "refused"; readonly why: string };

export interface SecretOrder {
  readonly namespace: string;
  readonly name: string;
  /** Null: the value stays as it is. */
  readonly value: string | null;
  /** Not given: as before; of a new secret empty. */
  readonly description?: string | undefined;
  /** Not given: as before; of a new secret every pipeline. */
  readonly scopes?: readonly string[] | undefined;
  readonly actor: Actor;
}

export interface RevealOrder {
  readonly namespace: string;
  readonly name: string;
  /** Null: the newest. */
  readonly version: number | null;
  readonly actor: Actor;
}

export type KeptVersion = Pick<SecretVersion, "version" | "at" | "actor">;

export interface VaultState {
  /** Empty when all is well; otherwise a sentence that says what is wrong and what to do. */
  readonly problem: string;
  /** Where the master key is: the file's path, or the variable's name. */
  readonly keyPlace: string;
  readonly keyFrom: "file" | "environment";
  /** Null before the first secret. */
  readonly keyId: string | null;
}

export interface Rotation {
  readonly keyId: string;
  /** Versions whose data key was wrapped anew. */
  readonly rewrapped: number;
  /** Versions that no key opens any more. */
  readonly damaged: number;
}
