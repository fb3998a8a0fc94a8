import type { Template } from "@gaia/core/expression/index.ts";

/** Hands out the environment variables that carry values and secrets into a command. */
export class Bindings {
  readonly values: Record<string, Template> = {};
  /** Environment variable -> name of the secret. */
  readonly secrets: Record<string, string> = {};
  readonly #valueNames = new Map<string, string>();
  readonly #secretNames = new Map<string, string>();

  /** The variable for a path; the same path gets the same one. */
  value(path: readonly string[]): string {
    const identity = JSON.stringify(path);
    const known = this.#valueNames.get(identity);
    if (known !== undefined) return known;
    const name = `GAIA_VALUE_${this.#valueNames.size + 1}`;
    this.#valueNames.set(identity, name);
    this.values[name] = [{ kind: "path", path, offset: 0, length: 0 }];
    return name;
  }

  /** The variable for a secret. */
  secret(secret: string): string {
    const known = this.#secretNames.get(secret);
    if (known !== undefined) return known;
    const name = `GAIA_SECRET_${this.#secretNames.size + 1}`;
    this.#secretNames.set(secret, name);
    this.secrets[name] = secret;
    return name;
  }
}
