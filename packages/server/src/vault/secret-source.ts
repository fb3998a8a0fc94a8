import { VAULT_KEY_VARIABLE } from "./key-place.ts";
import type { ReadSecret, Vault } from "./port.ts";

/** Where a task's secrets come from: the store, and for names that it does not have the server's environment. */
export class SecretSource {
  readonly #vault: Pick<Vault, "read">;
  readonly #allowed: ReadonlySet<string>;
  readonly #environment: Readonly<Record<string, string | undefined>>;

  /** @param allowed names of the variables that may be given away; the vault's own key never is */
  constructor(
    vault: Pick<Vault, "read">,
    allowed: readonly string[],
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.#vault = vault;
    this.#allowed = new Set(allowed.filter((name) => name !== VAULT_KEY_VARIABLE));
    this.#environment = environment;
  }

  /** The value for a task of a pipeline, or why it cannot have it. */
  ask(name: string, asker: SecretAsker): AskedSecret {
    const found = this.#vault.read(asker.namespace, name, asker.pipeline);
    // One that the store has, and refuses, is not sought elsewhere: another value under its name would be a surprise.
    if (found.kind !== "absent") return found;
    const value = this.#allowed.has(name) ? this.#environment[name] : undefined;
    if (value !== undefined) return { kind: "value", value };
    return {
      kind: "refused",
      why: `which the server does not have. Store it with \`gaia secret set ${name}\`, or set it in the server's environment and name it in [secrets] allow of config.toml`,
    };
  }
}

export type AskedSecret = Exclude<ReadSecret, { readonly kind: "absent" }>;

/** Whose task asks. */
export interface SecretAsker {
  readonly namespace: string;
  readonly pipeline: string;
}
