import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Logger } from "../../observe/port.ts";
import type { NoteRow, SecretChange, Store } from "../../store/port.ts";
import { openSqliteStore } from "../../store/index.ts";
import { keyPlace } from "../key-place.ts";
import { type OpenVault, openVault } from "../vault.ts";

export const LOCAL = { kind: "user", id: "local", via: "cli" } as const;
export const SPACE = "default";

const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** A vault over a real database, as a server has it, without the server. */
export class VaultOnDisk {
  readonly folder: string;
  readonly keyFile: string;
  readonly database: string;
  readonly notes: NoteRow[] = [];
  readonly environment: Record<string, string | undefined> = {};
  /** Called before each commit; what it throws is the commit's failure. */
  beforeCommit: (changes: readonly SecretChange[]) => void = () => {};
  #store: Store | null = null;
  #vault: OpenVault | null = null;

  constructor(folder: string = mkdtempSync(join(tmpdir(), "gaia-vault-"))) {
    this.folder = folder;
    this.keyFile = join(folder, "vault-key");
    this.database = join(folder, "gaia.db");
  }

  get vault(): OpenVault {
    if (this.#vault === null) throw new Error("open it first");
    return this.#vault;
  }

  get store(): Store {
    if (this.#store === null) throw new Error("open it first");
    return this.#store;
  }

  /** Opens it, again if need be: as a new process would. */
  async open(): Promise<OpenVault> {
    await this.#store?.close();
    const store = await openSqliteStore({ file: this.database });
    this.#store = store;
    this.#vault = await openVault({
      store: store.secrets,
      keys: keyPlace(this.keyFile, this.environment),
      commit: async (secrets, notes) => {
        this.beforeCommit(secrets);
        await store.commit({ runs: [], secrets, notes });
        this.notes.push(...notes);
      },
      log: SILENT,
      now: () => 1_000,
    });
    return this.#vault;
  }

  set(name: string, value: string, scopes?: readonly string[]): Promise<unknown> {
    return this.vault.set({ namespace: SPACE, name, value, scopes, actor: LOCAL });
  }

  /** What a task of the pipeline gets; why not, when it gets nothing. */
  read(name: string, pipeline = "build"): string | null {
    const found = this.vault.read(SPACE, name, pipeline);
    return found.kind === "value" ? found.value : found.kind === "refused" ? `refused: ${found.why}` : null;
  }

  async remove(): Promise<void> {
    await this.#store?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
