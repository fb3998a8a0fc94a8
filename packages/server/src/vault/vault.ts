import { GaiaError, LIMITS } from "@gaia/contracts";
import type { Actor, NoteRow, SecretChange, SecretRow, SecretStore, SecretVersion } from "../store/port.ts";
import type { Logger } from "../observe/port.ts";
import { checkDescription, checkName, checkValue } from "./checks.ts";
import { type MasterKey, newMasterKey, rewrap, seal, unseal } from "./envelope.ts";
import type { KeyPlace } from "./key-place.ts";
import { KeyRing } from "./key-ring.ts";
import type {
  KeptVersion,
  ReadSecret,
  RevealOrder,
  Rotation,
  SecretOrder,
  Vault,
  VaultState,
} from "./port.ts";
import { checkedScopes, isInScope } from "./scope.ts";

export interface VaultOptions {
  readonly store: SecretStore;
  readonly keys: KeyPlace;
  /** Writes changes and notes as one; resolves when they are durable. */
  readonly commit: (changes: readonly SecretChange[], notes: readonly NoteRow[]) => Promise<void>;
  readonly log: Logger;
  readonly now: () => number;
}

/** A vault that is open, or says why it is not. */
export interface OpenVault extends Vault {
  /** Goes on with a rotation that a crash has ended, or that a new key in the environment asks for. */
  settle(): Promise<void>;
}

/** Versions wrapped anew in one commit: a few milliseconds. */
const REWRAPPED_AT_ONCE = 100;

/**
 * Opens the vault over what the store has. A key that is missing or wrong is no error here: `state` says so, and who
 * needs a secret is refused with that sentence.
 */
export async function openVault(options: VaultOptions): Promise<OpenVault> {
  const vault = new StoredVault(options);
  await vault.load();
  return vault;
}

interface Entry {
  readonly secret: SecretRow;
  readonly newest: SecretVersion;
}

class StoredVault implements OpenVault {
  readonly #options: VaultOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #keys: KeyRing;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: VaultOptions) {
    this.#options = options;
    this.#keys = new KeyRing(options.keys);
  }

  async load(): Promise<void> {
    for (const entry of await this.#options.store.all())
      this.#entries.set(keyOf(entry.secret.namespace, entry.secret.name), entry);
    const { problem } = await this.state();
    if (problem !== "") this.#options.log.error({ problem }, "the secret store is locked");
  }

  async state(): Promise<VaultState> {
    const { keys } = this.#options;
    const used = await this.#options.store.keyIds();
    const lock = this.#keys.lock(used);
    return {
      problem: lock?.message ?? "",
      keyPlace: keys.name,
      keyFrom: keys.from,
      keyId: this.#keys.current?.id ?? null,
    };
  }

  list(namespace: string): readonly SecretRow[] {
    const rows = [...this.#entries.values()].map((entry) => entry.secret);
    return rows
      .filter((row) => row.namespace === namespace)
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  secret(namespace: string, name: string): SecretRow {
    return this.#entry(namespace, name).secret;
  }

  isInScope({ scopes }: SecretRow, pipeline: string): boolean {
    return isInScope(scopes, pipeline);
  }

  async versions(namespace: string, name: string): Promise<readonly KeptVersion[]> {
    this.#entry(namespace, name);
    const rows = await this.#options.store.versions(namespace, name);
    return rows.map(({ version, at, actor }) => ({ version, at, actor }));
  }

  async set(order: SecretOrder): Promise<SecretRow> {
    checkName(order.name);
    if (order.value !== null) checkValue(order.value);
    checkDescription(order.description ?? "");
    const scopes = order.scopes === undefined ? undefined : checkedScopes(order.scopes);
    return this.#inTurn(() => this.#set(order, scopes));
  }

  remove(namespace: string, name: string, actor: Actor): Promise<void> {
    return this.#inTurn(async () => {
      this.#entry(namespace, name);
      const note = this.#note(namespace, actor, "secret.removed", { secret: name });
      await this.#options.commit([{ kind: "remove", namespace, name }], [note]);
      this.#entries.delete(keyOf(namespace, name));
    });
  }

  removeVersion(namespace: string, name: string, version: number, actor: Actor): Promise<void> {
    return this.#inTurn(async () => {
      const { newest } = this.#entry(namespace, name);
      if (version === newest.version)
        throw new GaiaError(
          "conflict",
          `Version ${version} is the newest of ${name}, which tasks get: it cannot go alone. Set another value first, or remove the secret with all its versions: \`gaia secret rm ${name}\`.`,
        );
      const kept = await this.#options.store.versions(namespace, name);
      if (!kept.some((row) => row.version === version)) throw noVersion(name, version, newest.version);
      const note = this.#note(namespace, actor, "secret.version_removed", { secret: name, version });
      await this.#options.commit([{ kind: "remove_version", namespace, name, version }], [note]);
    });
  }

  async reveal({
    namespace,
    name,
    version,
    actor,
  }: RevealOrder): Promise<{ version: number; value: string }> {
    const { newest } = this.#entry(namespace, name);
    const wanted = version ?? newest.version;
    const rows = wanted === newest.version ? [newest] : await this.#options.store.versions(namespace, name);
    const row = rows.find((one) => one.version === wanted);
    if (row === undefined) throw noVersion(name, wanted, newest.version);
    const value = this.#open(row);
    // First the note: a value that was shown without one would be worse than a note without a value.
    const note = this.#note(namespace, actor, "secret.revealed", { secret: name, version: wanted });
    await this.#options.commit([], [note]);
    return { version: wanted, value };
  }

  read(namespace: string, name: string, pipeline: string): ReadSecret {
    const entry = this.#entries.get(keyOf(namespace, name));
    if (entry === undefined) return { kind: "absent" };
    const { scopes } = entry.secret;
    if (!isInScope(scopes, pipeline)) {
      const flags = [...scopes, pipeline].map((scope) => ` --scope '${scope}'`).join("");
      return {
        kind: "refused",
        why: `which \`${pipeline}\` may not read: its scopes are ${scopes.join(", ")}. To allow it: \`gaia secret set ${name} --keep-value${flags}\``,
      };
    }
    try {
      return { kind: "value", value: this.#open(entry.newest) };
    } catch (caught) {
      if (!(caught instanceof GaiaError)) throw caught;
      return { kind: "refused", why: `which cannot be read. ${caught.message.replace(/\.$/, "")}` };
    }
  }

  rotate(namespace: string, actor: Actor): Promise<Rotation> {
    return this.#inTurn(async () => {
      const { keys, store } = this.#options;
      this.#keys.refuseLocked(await store.keyIds());
      const next = newMasterKey();
      this.#keys.refuseForeign();
      this.#keys.add(next);
      const { rewrapped, damaged } = await this.#takeOver();
      const note = this.#note(namespace, actor, "secret.key_rotated", {
        key_id: next.id,
        rewrapped,
        damaged,
      });
      await this.#options.commit([], [note]);
      this.#options.log.info(
        { key: next.id, rewrapped, damaged, place: keys.name },
        "the master key was replaced",
      );
      return { keyId: next.id, rewrapped, damaged };
    });
  }

  settle(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#keys.lock(await this.#options.store.keyIds()) !== null || this.#keys.size < 2) return;
      const { rewrapped, damaged } = await this.#takeOver();
      const { from, name } = this.#options.keys;
      this.#options.log.info(
        { rewrapped, damaged, place: name },
        "a rotation of the master key was finished",
      );
      if (from === "environment" && damaged === 0)
        this.#options.log.info({ place: name }, "only the first master key is needed from now on");
    });
  }

  async #set(order: SecretOrder, scopes: readonly string[] | undefined): Promise<SecretRow> {
    const { namespace, name, value, actor } = order;
    const now = this.#options.now();
    const former = this.#entries.get(keyOf(namespace, name));
    if (value === null && former === undefined)
      throw new GaiaError("not_found", `There is no secret ${name} yet: give it a value.`);
    if (former === undefined && this.list(namespace).length >= LIMITS.secrets)
      throw new GaiaError(
        "conflict",
        `There are ${LIMITS.secrets} secrets (secrets), and there can be no more. Remove one with \`gaia secret rm NAME\`.`,
      );
    const number = (former?.secret.version ?? 0) + (value === null ? 0 : 1);
    const secret: SecretRow = {
      namespace,
      name,
      description: order.description ?? former?.secret.description ?? "",
      scopes: scopes ?? former?.secret.scopes ?? [],
      version: number,
      createdAt: former?.secret.createdAt ?? now,
      updatedAt: now,
      actor,
    };
    const version = value === null ? null : await this.#sealed(secret, value);
    const keepFrom = number - LIMITS.secretVersions + 1;
    const kind =
      former === undefined ? "secret.added" : value === null ? "secret.changed" : "secret.replaced";
    const note = this.#note(namespace, actor, kind, { secret: name, version: number, scopes: secret.scopes });
    await this.#options.commit([{ kind: "put", secret, version, keepFrom }], [note]);
    const newest = version ?? former?.newest;
    if (newest !== undefined) this.#entries.set(keyOf(namespace, name), { secret, newest });
    return secret;
  }

  async #sealed(secret: SecretRow, value: string): Promise<SecretVersion> {
    const { namespace, name, version, updatedAt: at, actor } = secret;
    const key = this.#keys.forNewValues(await this.#options.store.keyIds());
    return { namespace, name, version, at, actor, ...seal(value, { namespace, name, version }, key) };
  }

  /** Wraps everything by the first key, then lets go of keys that nothing needs. */
  async #takeOver(): Promise<{ rewrapped: number; damaged: number }> {
    const { store } = this.#options;
    const { current } = this.#keys;
    if (current === null) return { rewrapped: 0, damaged: 0 };
    let rewrapped = 0;
    let damaged = 0;
    let last: SecretVersion | null = null;
    do {
      const rows: readonly SecretVersion[] = await store.wrappedByOthers(current.id, last, REWRAPPED_AT_ONCE);
      const changes = rows.flatMap((row) => this.#rewrapped(row, current));
      damaged += rows.length - changes.length;
      rewrapped += changes.length;
      if (changes.length > 0) await this.#options.commit(changes, []);
      for (const change of changes) this.#follow(change);
      last = rows.at(-1) ?? null;
    } while (last !== null);
    this.#keys.letGo(await store.keyIds());
    return { rewrapped, damaged };
  }

  #rewrapped(row: SecretVersion, current: MasterKey): readonly Rewrap[] {
    const from = this.#keys.get(row.keyId);
    const wrapped = from === undefined ? null : rewrap(row, row, from, current);
    const { namespace, name, version } = row;
    return wrapped === null ? [] : [{ kind: "rewrap", namespace, name, version, ...wrapped }];
  }

  #follow({ namespace, name, version, keyId, wrappedKey }: Rewrap): void {
    const entry = this.#entries.get(keyOf(namespace, name));
    if (entry?.newest.version !== version) return;
    const newest = { ...entry.newest, keyId, wrappedKey };
    this.#entries.set(keyOf(namespace, name), { ...entry, newest });
  }

  /** @throws GaiaError `vault_locked` */
  #open(row: SecretVersion): string {
    const value = unseal(row, row, this.#keys.find(row.keyId));
    if (value !== null) return value;
    throw new GaiaError(
      "vault_locked",
      `What the database holds as version ${row.version} of ${row.name} was changed or damaged. Set it again with \`gaia secret set ${row.name}\`.`,
    );
  }

  /** The subject of a note is a pipeline, and a secret may be called as one is: its name is in the body. */
  #note(namespace: string, actor: Actor, kind: string, body: object): NoteRow {
    return { namespace, at: this.#options.now(), actor, kind, subject: "", body };
  }

  #entry(namespace: string, name: string): Entry {
    const entry = this.#entries.get(keyOf(namespace, name));
    if (entry !== undefined) return entry;
    throw new GaiaError(
      "not_found",
      `There is no secret ${name}. \`gaia secret list\` shows those there are.`,
    );
  }

  /** Changes one after the other: each follows from what the one before has left. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

function noVersion(name: string, version: number, newest: number): GaiaError {
  return new GaiaError(
    "not_found",
    `The secret ${name} has no version ${version}, or not any more; the newest is ${newest}. \`gaia secret versions ${name}\` shows those that are kept.`,
  );
}

type Rewrap = Extract<SecretChange, { kind: "rewrap" }>;

function keyOf(namespace: string, name: string): string {
  return `${namespace}\n${name}`;
}
