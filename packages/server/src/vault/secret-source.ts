import { VAULT_KEY_VARIABLE } from "./key-place.ts";
import type { Vault } from "./port.ts";

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

  /** The value for a task of a pipeline; null: it may not have it, or nobody has it. */
  value(name: string, asker: SecretAsker): string | null {
    const found = this.#vault.read(asker.namespace, name, asker.pipeline);
    if (found.kind === "value") return found.value;
    // One that the store has, and refuses, is not sought elsewhere: another value under its name would be a surprise.
    return found.kind === "absent" ? this.#variable(name) : null;
  }

  /** Why a run that needs it cannot start, as the end of a sentence and a remedy; null: it can. */
  problem(name: string, asker: SecretAsker): string | null {
    const found = this.#vault.read(asker.namespace, name, asker.pipeline);
    if (found.kind === "refused") return found.why;
    if (found.kind === "value" || this.#variable(name) !== null) return null;
    return `which the server does not have. Store it with \`gaia secret set ${name}\`, or set it in the server's environment and name it in [secrets] allow of config.toml.`;
  }

  #variable(name: string): string | null {
    return this.#allowed.has(name) ? (this.#environment[name] ?? null) : null;
  }
}

/** Whose task asks. */
export interface SecretAsker {
  readonly namespace: string;
  readonly pipeline: string;
}
