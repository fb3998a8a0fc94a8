import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { ChildListFinder, NewProcessFinder, type OrphanFinder } from "./orphans.ts";
import { type ProcessRow, type ProcessTable, readProcess, readProcessTable } from "./process-table.ts";
import type { Spawner } from "./spawner.ts";
import { ownersOf, type Tree } from "./tree.ts";

/** After this many rounds of stopping, a tree that still grows is killed as it is, round by round. */
const FREEZE_ROUNDS = 64;
/** A process that does not die of SIGKILL within this time is in the kernel's hands; it is named as a survivor. */
const SURVIVOR_AFTER_MS = 5_000;
const LONGEST_PAUSE_MS = 50;
/**
 * One look at /proc that finds nothing proves nothing: a process that was started during the look, by one that was
 * gone before its turn, is in neither place. Nor is the list of children exact while children come and go.
 */
const EMPTY_LOOKS = 3;

interface Sweep {
  readonly tree: Tree;
  /** Processes that were told to stand still, by pid. */
  readonly seen: Map<number, { readonly startTime: number; readonly tree: Tree }>;
  readonly denied: Set<number>;
  rounds: number;
  emptyLooks: number;
  killedAtMs: number | null;
  readonly done: (survivors: readonly number[]) => void;
  readonly promise: Promise<readonly number[]>;
}

/** What the sweeper needs. */
export interface SweeperOptions {
  readonly spawner: Spawner;
  /** All trees that have not ended, those being swept included. */
  readonly liveTrees: () => readonly Tree[];
  /** Where processes of the trees can be: below this process, or (a dead launcher's) anywhere. */
  readonly scope?: "all_processes";
}

/**
 * Ends whole trees of processes. First everything that belongs to the tree is told to stand still (SIGSTOP), until a
 * look at the process table finds nothing new: what stands still cannot fork. Then all of it is killed, until
 * nothing is left. A zombie counts as gone. All sweeps share one look at the table per round.
 */
export class Sweeper {
  readonly #spawner: Spawner;
  readonly #liveTrees: () => readonly Tree[];
  readonly #isSubreaper: boolean;
  readonly #orphans: OrphanFinder;
  readonly #sweeps = new Map<Tree, Sweep>();
  #isRunning = false;
  #delayMs = 1;
  #tableOfThisTurn: ProcessTable | null = null;

  constructor(options: SweeperOptions) {
    this.#spawner = options.spawner;
    this.#liveTrees = options.liveTrees;
    this.#isSubreaper = options.spawner.isSubreaper && options.scope === undefined;
    this.#orphans = this.#isSubreaper ? new ChildListFinder() : new NewProcessFinder();
  }

  /** Of trees whose main process has just ended: those that still have processes. Cheap; asked for every attempt. */
  leftBehind(ended: readonly Tree[]): ReadonlySet<Tree> {
    const left = new Set(this.#orphans.leftBehind(ended, this.#liveTrees()));
    for (const tree of ended) if (tree.cgroup?.isEmpty() === false) left.add(tree);
    return left;
  }

  /** A child that is no main process was reaped. */
  reaped(pid: number): void {
    this.#orphans.reaped(pid);
  }

  /** The processes of the trees that are alive now. */
  members(trees: readonly Tree[]): ReadonlyMap<Tree, readonly ProcessRow[]> {
    const owned = this.#owned(this.#currentTable());
    return new Map(trees.map((tree) => [tree, (owned.get(tree) ?? []).filter((row) => !row.isZombie)]));
  }

  /** Signals every process of the tree, once. */
  signal(tree: Tree, signal: NodeJS.Signals): void {
    const rows = this.members([tree]).get(tree) ?? [];
    if (rows.length === 0) this.#spawner.signal(tree.main, signal);
    for (const row of rows) this.#spawner.signal(row, signal);
  }

  /** Kills the tree to a fixed point; resolves with the pids that could not be killed. */
  kill(tree: Tree): Promise<readonly number[]> {
    const running = this.#sweeps.get(tree);
    if (running !== undefined) return running.promise;
    const { promise, resolve } = Promise.withResolvers<readonly number[]>();
    this.#sweeps.set(tree, {
      tree,
      seen: new Map(),
      denied: new Set(),
      rounds: 0,
      emptyLooks: 0,
      killedAtMs: null,
      done: resolve,
      promise,
    });
    tree.cgroup?.kill();
    this.#delayMs = 1;
    if (!this.#isRunning) {
      this.#isRunning = true;
      void this.#run();
    }
    return promise;
  }

  async #run(): Promise<void> {
    // After the current turn, so that a stop of many attempts is one sweep.
    await nextTurn();
    while (this.#sweeps.size > 0) {
      const owned = this.#owned(readProcessTable());
      let isUrgent = false;
      for (const sweep of this.#sweeps.values()) {
        isUrgent = this.#round(sweep, owned.get(sweep.tree) ?? []) || isUrgent;
      }
      if (isUrgent) {
        await nextTurn();
      } else {
        await pause(this.#delayMs);
        this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_PAUSE_MS);
      }
    }
    this.#isRunning = false;
  }

  /** One look at one tree; true when the next look should come at once. */
  #round(sweep: Sweep, rows: readonly ProcessRow[]): boolean {
    const orphans = this.#killOrphans(sweep);
    const live = rows.filter((row) => !row.isZombie);
    sweep.rounds += 1;
    const isCgroupEmpty = sweep.tree.cgroup?.isEmpty() ?? true;
    if (live.length === 0 && orphans === 0 && isCgroupEmpty) {
      sweep.emptyLooks += 1;
      if (sweep.emptyLooks >= EMPTY_LOOKS) this.#finish(sweep, []);
      return true;
    }
    sweep.emptyLooks = 0;
    const fresh = live.filter((row) => sweep.seen.get(row.pid)?.startTime !== row.startTime);
    for (const row of fresh) sweep.seen.set(row.pid, { startTime: row.startTime, tree: sweep.tree });
    if (fresh.length > 0 && sweep.killedAtMs === null && sweep.rounds <= FREEZE_ROUNDS) {
      for (const row of fresh) this.#spawner.signal(row, "SIGSTOP");
      return true;
    }
    return this.#killRound(sweep, live, fresh.length > 0 || orphans > 0);
  }

  /**
   * With a subreaper, what outlives its parent is our child at once, and the list of our children is read in some
   * microseconds: this catches processes that hand over to a successor faster than the table can be read.
   */
  #killOrphans(sweep: Sweep): number {
    const orphans = this.#orphans.orphansOf(sweep.tree, this.#liveTrees());
    let killed = 0;
    for (const pid of orphans) {
      if (sweep.denied.has(pid)) continue;
      const row = readProcess(pid);
      if (row === null || row.isZombie) continue;
      if (this.#spawner.signal(row, "SIGKILL") === "denied") sweep.denied.add(pid);
      killed += 1;
    }
    return killed;
  }

  #killRound(sweep: Sweep, live: readonly ProcessRow[], isGrowing: boolean): boolean {
    sweep.tree.cgroup?.kill();
    sweep.killedAtMs ??= performance.now();
    for (const row of live) {
      if (this.#spawner.signal(row, "SIGKILL") === "denied") sweep.denied.add(row.pid);
    }
    const isAllDenied = live.length > 0 && live.every((row) => sweep.denied.has(row.pid));
    const isTooLong = performance.now() - sweep.killedAtMs > SURVIVOR_AFTER_MS;
    if (isAllDenied || isTooLong) {
      this.#finish(
        sweep,
        live.map((row) => row.pid),
      );
    }
    return isGrowing;
  }

  #finish(sweep: Sweep, survivors: readonly number[]): void {
    this.#sweeps.delete(sweep.tree);
    sweep.done(survivors);
  }

  #owned(table: ProcessTable): ReadonlyMap<Tree, readonly ProcessRow[]> {
    const trees = this.#liveTrees();
    const remembered = new Map<number, { readonly startTime: number; readonly tree: Tree }>();
    for (const sweep of this.#sweeps.values()) {
      for (const [pid, seen] of sweep.seen) remembered.set(pid, seen);
    }
    for (const sweep of this.#sweeps.values()) {
      for (const pid of this.#orphans.orphansOf(sweep.tree, trees)) {
        const row = table.get(pid);
        if (row !== undefined) remembered.set(pid, { startTime: row.startTime, tree: sweep.tree });
      }
    }
    return ownersOf(table, trees, {
      launcherPid: process.pid,
      isSubreaper: this.#isSubreaper,
      remembered,
    });
  }

  /** Signals to many attempts within one turn share one look at the table. */
  #currentTable(): ProcessTable {
    if (this.#tableOfThisTurn === null) {
      this.#tableOfThisTurn = readProcessTable();
      setImmediate(() => {
        this.#tableOfThisTurn = null;
      });
    }
    return this.#tableOfThisTurn;
  }
}
