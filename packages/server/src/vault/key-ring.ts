import { GaiaError } from "@gaia/contracts";
import { type MasterKey, newMasterKey } from "./envelope.ts";
import type { KeyPlace } from "./key-place.ts";

/** The master keys that this process has, and how they follow what lies at their place. */
export class KeyRing {
  readonly place: KeyPlace;
  /** By id; the first is the one that new values are sealed under. */
  #keys: ReadonlyMap<string, MasterKey> = new Map();

  constructor(place: KeyPlace) {
    this.place = place;
  }

  /** Null: there is none. */
  get current(): MasterKey | null {
    const [current] = this.#keys.values();
    return current ?? null;
  }

  get size(): number {
    return this.#keys.size;
  }

  get(id: string): MasterKey | undefined {
    return this.#keys.get(id);
  }

  /** Looks at the place again for one that is not there: a key that was put back needs no restart. @throws GaiaError `vault_locked` */
  find(id: string): MasterKey {
    const key = this.#keys.get(id) ?? this.#read().get(id);
    if (key !== undefined) return key;
    throw this.lock([id]) ?? lockedBy("another key", this.place);
  }

  /**
   * The key for new values, made at the first use.
   * @param used ids of the keys that something is wrapped by
   * @throws GaiaError `vault_locked`
   */
  forNewValues(used: readonly string[]): MasterKey {
    this.refuseLocked(used);
    const { current } = this;
    if (current === null) {
      const made = newMasterKey();
      this.#keep([made]);
      return made;
    }
    // A value sealed under a key that only this process still has would be lost with it.
    if (!this.place.read().some((key) => key.id === current.id))
      throw new GaiaError(
        "vault_locked",
        `The master key is not in ${this.place.name} any more. Put it back; if it is lost, \`gaia secret rotate\` makes a new one as long as this server runs.`,
      );
    return current;
  }

  /** Puts a new key before those there are: from here on a crash leaves both, and rows that one of them opens. */
  add(key: MasterKey): void {
    this.#keep([key, ...this.#keys.values()]);
  }

  /** Lets go of keys that nothing is wrapped by, where they can be written. */
  letGo(used: readonly string[]): void {
    const needed = [...this.#keys.values()].filter((key) => key === this.current || used.includes(key.id));
    if (this.place.from === "file" && needed.length < this.#keys.size) this.#keep(needed);
  }

  #keep(keys: readonly MasterKey[]): void {
    this.place.write(keys);
    this.#keys = new Map(keys.map((key) => [key.id, key]));
  }

  /** Why not all of these keys are there; null: they are. */
  lock(used: readonly string[]): GaiaError | null {
    const isWhole = (): boolean => this.#keys.size > 0 && used.every((id) => this.#keys.has(id));
    if (isWhole()) return null;
    try {
      const found = this.place.read();
      if (found.length === 0) return used.length === 0 ? null : lockedBy("no key", this.place);
      this.#read();
    } catch (caught) {
      if (caught instanceof GaiaError) return caught;
      throw caught;
    }
    return isWhole() ? null : lockedBy("another key", this.place);
  }

  /** @throws GaiaError `vault_locked` */
  refuseLocked(used: readonly string[]): void {
    const lock = this.lock(used);
    if (lock !== null) throw lock;
  }

  /** A key that somebody has put there, and that this process does not have, is not overwritten. @throws GaiaError `vault_locked` */
  refuseForeign(): void {
    if (this.place.read().every((key) => this.#keys.has(key.id))) return;
    throw new GaiaError(
      "vault_locked",
      `${this.place.name} holds a master key that this server does not use. Put the right one back, or start the server again.`,
    );
  }

  #read(): ReadonlyMap<string, MasterKey> {
    const found = this.place.read();
    if (found.length > 0) this.#keys = new Map(found.map((key) => [key.id, key]));
    return this.#keys;
  }
}

function lockedBy(what: "no key" | "another key", { from, name }: KeyPlace): GaiaError {
  const where = from === "file" ? `the file ${name}` : `the variable ${name}`;
  const remedy =
    from === "file"
      ? "Put the right file back; nothing has to be restarted."
      : "Start the server again with the right one.";
  return new GaiaError(
    "vault_locked",
    what === "no key"
      ? `The master key of the secret store is missing: it belongs into ${where}, or into GAIA_VAULT_KEY. ${remedy}`
      : `The master key in ${where} is not the one that secrets were stored under. ${remedy}`,
  );
}
