import { openSync, readFileSync, readSync } from "node:fs";
import { listPids, readProcess } from "./process-table.ts";
import { SignReader, type Tree } from "./tree.ts";

/**
 * The cheap question after a main process ended by itself: did it leave anything behind? It is asked for every
 * attempt, so it must cost a few microseconds when the answer is no.
 */
export interface OrphanFinder {
  /** Those of the ended trees that still have processes. `live` are all trees, the ended ones included. */
  leftBehind(ended: readonly Tree[], live: readonly Tree[]): ReadonlySet<Tree>;
  /** A process that is no main process was reaped: its pid may come to mean another one. */
  reaped(pid: number): void;
  /**
   * Children of this process that belong to the tree: none of them can be taken for another process before it is
   * reaped. Empty without a subreaper.
   */
  orphansOf(tree: Tree, live: readonly Tree[]): readonly number[];
}

/**
 * For a subreaper: orphans become children of this process, so the answer is in the list of our children, one system
 * call on a file that is kept open.
 */
export class ChildListFinder implements OrphanFinder {
  readonly #file: number;
  readonly #path = `/proc/self/task/${process.pid}/children`;
  readonly #buffer = Buffer.alloc(64 * 1024);
  /** Orphans that are known, with their tree; null while none is known. */
  readonly #orphans = new Map<number, Tree | null>();

  constructor() {
    this.#file = openSync(this.#path, "r");
  }

  leftBehind(ended: readonly Tree[], live: readonly Tree[]): ReadonlySet<Tree> {
    this.#look(live);
    const left = new Set<Tree>();
    if (this.#orphans.size === 0) return left;
    for (const tree of ended) if (this.#orphansOf(tree, live).length > 0) left.add(tree);
    return left;
  }

  orphansOf(tree: Tree, live: readonly Tree[]): readonly number[] {
    this.#look(live);
    return this.#orphansOf(tree, live);
  }

  /** Takes note of children that are neither main processes nor known. */
  #look(live: readonly Tree[]): void {
    const mains = new Set(live.map((tree) => tree.main.pid));
    let signs: SignReader | null = null;
    for (const pid of this.#children()) {
      if (mains.has(pid) || this.#orphans.has(pid)) continue;
      const row = readProcess(pid);
      if (row === null || row.isZombie) continue;
      signs ??= new SignReader(live);
      this.#orphans.set(pid, signs.treeOf(row, readProcess(row.sessionId)));
    }
  }

  #orphansOf(tree: Tree, live: readonly Tree[]): readonly number[] {
    // A process that shed every sign is ours all the same. The last attempt that runs answers for it.
    const isHeir = live.length === 1 && live[0] === tree;
    const found: number[] = [];
    for (const [pid, owner] of this.#orphans) {
      if (owner !== tree && !(owner === null && isHeir)) continue;
      const row = readProcess(pid);
      if (row === null || row.isZombie) this.#orphans.delete(pid);
      else found.push(pid);
    }
    return found;
  }

  reaped(pid: number): void {
    this.#orphans.delete(pid);
  }

  #children(): readonly number[] {
    const length = readSync(this.#file, this.#buffer, 0, this.#buffer.length, 0);
    const text =
      length < this.#buffer.length
        ? this.#buffer.toString("latin1", 0, length)
        : readFileSync(this.#path, "latin1");
    return text.split(" ").flatMap((pid) => (pid === "" ? [] : [Number(pid)]));
  }
}

/** Without a subreaper: looks at the processes that are new since it last looked, for session and environment. */
export class NewProcessFinder implements OrphanFinder {
  #foreign: ReadonlySet<number> = new Set();

  leftBehind(ended: readonly Tree[], live: readonly Tree[]): ReadonlySet<Tree> {
    const left = new Set<Tree>();
    const foreign = new Set<number>();
    const signs = new SignReader(live);
    const asked = new Set(ended);
    for (const pid of listPids()) {
      if (this.#foreign.has(pid)) {
        foreign.add(pid);
        continue;
      }
      const row = readProcess(pid);
      if (row === null || row.isZombie) continue;
      const tree = signs.treeOf(row, readProcess(row.sessionId));
      if (tree === null) foreign.add(pid);
      else if (asked.has(tree) && pid !== tree.main.pid) left.add(tree);
    }
    this.#foreign = foreign;
    return left;
  }

  reaped(): void {}

  orphansOf(): readonly number[] {
    return [];
  }
}
