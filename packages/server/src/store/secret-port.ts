import type { Actor } from "./port.ts";

/**
 * Secrets as the store sees them: names, and texts that only the vault can read. Nothing here is a value.
 */

/** What is known of a secret, whoever may read it. */
export interface SecretRow {
  readonly namespace: string;
  readonly name: string;
  readonly description: string;
  /** Patterns of the names of pipelines that may read it; empty: all of them. */
  readonly scopes: readonly string[];
  /** The newest version. */
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Who changed it last. */
  readonly actor: Actor;
}

/** One value, sealed under a data key, which is wrapped by a master key. */
export interface SecretVersion {
  readonly namespace: string;
  readonly name: string;
  readonly version: number;
  /** Tells which master key wrapped the data key, and nothing about that key. */
  readonly keyId: string;
  /** Base64. */
  readonly wrappedKey: string;
  /** Base64. */
  readonly sealed: string;
  readonly at: number;
  readonly actor: Actor;
}

export type SecretVersionName = Pick<SecretVersion, "namespace" | "name" | "version">;

/** A part of a commit. */
export type SecretChange =
  /** Adds or replaces what is known of a secret; `version`, when given, is added, and those before `keepFrom` go. */
  | {
      readonly kind: "put";
      readonly secret: SecretRow;
      readonly version: SecretVersion | null;
      readonly keepFrom: number;
    }
  /** The data key of a version is wrapped by another master key; the sealed value stays. A version that went is no error. */
  | ({ readonly kind: "rewrap" } & SecretVersionName & Pick<SecretVersion, "keyId" | "wrappedKey">)
  /** Of the newest the row of the secret speaks: it goes only with all of them. One that went is no error. */
  | ({ readonly kind: "remove_version" } & SecretVersionName)
  /** With all versions. */
  | { readonly kind: "remove"; readonly namespace: string; readonly name: string };

/** A commit that adds a version that is there already fails with `conflict`. */
export interface SecretStore {
  /** Every secret of all namespaces with its newest version, by namespace and name. */
  all(): Promise<readonly { readonly secret: SecretRow; readonly newest: SecretVersion }[]>;
  /** Newest first. */
  versions(namespace: string, name: string): Promise<readonly SecretVersion[]>;
  /** Ids of the master keys that wrap something. */
  keyIds(): Promise<readonly string[]>;
  /** Versions whose data key is wrapped by any other master key than this one, behind `after` in their order. */
  wrappedByOthers(
    keyId: string,
    after: SecretVersionName | null,
    limit: number,
  ): Promise<readonly SecretVersion[]>;
}
