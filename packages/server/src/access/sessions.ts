import { createHash, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { errorFrom } from "@gaia/contracts";
import { z } from "zod";

const VALUE_BYTES = 32;
const DAY_MS = 86_400_000;
const VALID_MS = 30 * DAY_MS;
/** A session that is used is renewed once a day, not with each request. */
const RENEWED_AFTER_MS = DAY_MS;
/** Browsers of one user; past this the one that was away longest is signed out. */
const KEPT = 200;

/** A signed-in browser. */
export interface Session {
  /** Hash of the cookie's value: it names the session, and cannot be presented. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface SessionsOptions {
  /** Where they survive a restart: hashes only, readable by the owner of the home only. */
  readonly file: string;
  /** Of the home's token: with another token nobody is signed in any more. */
  readonly fingerprint: string;
  readonly now: () => number;
  /** Told when the file cannot be read or written; sessions then last as long as the process. */
  readonly onProblem: (problem: unknown) => void;
}

const stored = z.strictObject({
  version: z.literal(1),
  token: z.string(),
  sessions: z.array(z.strictObject({ id: z.string(), expires_at: z.number() })),
});

/** Sessions of browsers: random values whose hashes are kept, so that each can be ended. */
export class Sessions {
  readonly #options: SessionsOptions;
  /** By id; those that were renewed last come last. */
  readonly #expiry: Map<string, number>;
  readonly #listeners = new Set<(id: string) => void>();

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#expiry = new Map(this.#read());
  }

  /**
   * Makes a session; `value` is what the browser gets, and is kept nowhere.
   * @param former the session that it takes the place of, which ends
   */
  begin(former: string | null): Session & { readonly value: string } {
    const value = randomBytes(VALUE_BYTES).toString("base64url");
    const id = hashOf(value);
    const expiresAt = this.#options.now() + VALID_MS;
    this.#expiry.set(id, expiresAt);
    this.#forget();
    if (former !== null && this.#expiry.delete(former)) this.#tell([former]);
    this.#keep();
    return { value, id, expiresAt };
  }

  find(value: string): Session | null {
    if (!/^[\w-]{43}$/.test(value)) return null;
    const id = hashOf(value);
    const expiresAt = this.#expiry.get(id);
    return expiresAt === undefined || expiresAt <= this.#options.now() ? null : { id, expiresAt };
  }

  /** Extends a session that is in use; null: it is fresh enough. */
  renew(session: Session): Session | null {
    const expiresAt = this.#options.now() + VALID_MS;
    if (expiresAt - session.expiresAt < RENEWED_AFTER_MS || !this.#expiry.delete(session.id)) return null;
    this.#expiry.set(session.id, expiresAt);
    this.#keep();
    return { id: session.id, expiresAt };
  }

  /** @throws GaiaError when that cannot be written: it has ended, but a restart would bring it back. */
  end(id: string): void {
    if (!this.#expiry.delete(id)) return;
    this.#tell([id]);
    this.#write();
  }

  /** How many there were. @throws GaiaError as `end` does */
  endAll(): number {
    const ids = [...this.#expiry.keys()];
    this.#expiry.clear();
    this.#tell(ids);
    this.#write();
    return ids.length;
  }

  /** Hears which sessions were ended, to end what goes on in their name. */
  onEnd(hear: (id: string) => void): void {
    this.#listeners.add(hear);
  }

  #tell(ids: readonly string[]): void {
    for (const id of ids) for (const hear of this.#listeners) hear(id);
  }

  #forget(): void {
    const now = this.#options.now();
    for (const [id, expiresAt] of this.#expiry) if (expiresAt <= now) this.#expiry.delete(id);
    for (const id of this.#expiry.keys()) {
      if (this.#expiry.size <= KEPT) return;
      this.#expiry.delete(id);
      this.#tell([id]);
    }
  }

  #read(): readonly (readonly [string, number])[] {
    const { file, fingerprint, onProblem } = this.#options;
    try {
      const { token, sessions } = stored.parse(JSON.parse(readFileSync(file, "utf8")));
      return token === fingerprint ? sessions.map(({ id, expires_at: at }) => [id, at] as const) : [];
    } catch (caught) {
      // A file that is damaged signs everybody out; nobody is let in by it.
      if (!isMissing(caught)) onProblem(caught);
      return [];
    }
  }

  /** A full disk keeps nobody from signing in. */
  #keep(): void {
    try {
      this.#write();
    } catch (caught) {
      this.#options.onProblem(caught);
    }
  }

  #write(): void {
    const { file, fingerprint } = this.#options;
    const sessions = Array.from(this.#expiry, ([id, at]) => ({ id, expires_at: at }));
    const text = JSON.stringify({ version: 1, token: fingerprint, sessions } satisfies z.infer<
      typeof stored
    >);
    const fresh = `${file}.new`;
    try {
      // A file that a crash left behind may have other rights, or be a link.
      rmSync(fresh, { force: true });
      const handle = openSync(fresh, "wx", 0o600);
      try {
        writeSync(handle, text);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(fresh, file);
    } catch (caught) {
      throw errorFrom(caught);
    }
  }
}

function hashOf(value: string): string {
  return createHash("sha256").update(value).digest("base64url");
}

function isMissing(caught: unknown): boolean {
  return caught instanceof Error && "code" in caught && caught.code === "ENOENT";
}
