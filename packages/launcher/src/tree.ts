import { isMarkOf } from "./marks.ts";
import type { ProcessRow, ProcessTable } from "./process-table.ts";
import { readAttemptVariable, readMark } from "./process-table.ts";
import type { ProcessIdentity } from "./spawner.ts";

/** The processes of one attempt: how to know them. */
export interface Tree {
  readonly attempt: string;
  readonly main: ProcessIdentity;
  readonly mark: number | null;
  /** Every mark of this launcher counts: for what a dead launcher could not journal. */
  readonly markBase?: number;
  readonly cgroup: AttemptCgroup | null;
}

/** The control group of one attempt, where it has one. */
export interface AttemptCgroup {
  /** It can be killed as a whole; else it is there for limits only. */
  readonly canKill: boolean;
  /** Its directories, for the journal. */
  readonly folders: readonly string[];
  /** Puts this process into it, so that what it starts next is born there. */
  enter(): void;
  /**
   * Takes this process out again, and only then sets the limits: the launcher must not be their victim. False when
   * the kernel does not take a limit, because more is in use already.
   */
  leave(): boolean;
  /** Kills all that is in it, forks in flight included. */
  kill(): void;
  isEmpty(): boolean;
  /** Removes it; false when something is still in it. */
  remove(): boolean;
  /** How many processes the kernel killed in it for want of memory. */
  oomKills(): number;
}

/** Signs by which a process is known, none of which needs its parent to live. */
export class SignReader {
  readonly #byMark = new Map<number, Tree>();
  readonly #bySession = new Map<number, Tree>();
  readonly #byAttempt = new Map<string, Tree>();
  readonly #byMarkRange: Tree[] = [];

  constructor(trees: Iterable<Tree>) {
    for (const tree of trees) {
      if (tree.mark !== null) this.#byMark.set(tree.mark, tree);
      if (tree.markBase !== undefined) this.#byMarkRange.push(tree);
      this.#bySession.set(tree.main.pid, tree);
      this.#byAttempt.set(tree.attempt, tree);
    }
  }

  /** The tree that a process says it belongs to: by inherited mark, by session, by environment. */
  treeOf(row: ProcessRow, leader: ProcessRow | null): Tree | null {
    const marked = this.#markedTree(row.pid);
    if (marked !== null) return marked;
    const session = this.#bySession.get(row.sessionId);
    if (session !== undefined && isSessionOf(session, row, leader)) return session;
    const attempt = readAttemptVariable(row.pid);
    return attempt === null ? null : (this.#byAttempt.get(attempt) ?? null);
  }

  #markedTree(pid: number): Tree | null {
    if (this.#byMark.size === 0 && this.#byMarkRange.length === 0) return null;
    const mark = readMark(pid);
    if (mark === null) return null;
    const isInRange = ({ markBase }: Tree) => isMarkOf(markBase ?? null, mark);
    return this.#byMark.get(mark) ?? this.#byMarkRange.find(isInRange) ?? null;
  }
}

/** A session's number is not reused while it has members, so only another leader, or an older member, is foreign. */
function isSessionOf({ main }: Tree, row: ProcessRow, leader: ProcessRow | null): boolean {
  return row.startTime >= main.startTime && (leader === null || leader.startTime === main.startTime);
}

/** How processes are given to trees. */
export interface OwnershipView {
  /** Never anyone's: this launcher. */
  readonly launcherPid: number;
  /** With a subreaper all that we started descends from us, so only our own children need to be asked for signs. */
  readonly isSubreaper: boolean;
  /** What earlier rounds found out: it holds although the parent died since. */
  readonly remembered: ReadonlyMap<number, { readonly startTime: number; readonly tree: Tree }>;
}

/** Gives each process of the table to the tree it belongs to. Zombies are included. */
export function ownersOf(
  table: ProcessTable,
  trees: readonly Tree[],
  view: OwnershipView,
): ReadonlyMap<Tree, readonly ProcessRow[]> {
  const owners = new Map<number, Tree | null>();
  // Neither this process nor what it descends from is ever anyone's: a job may have started the new launcher.
  for (let pid = view.launcherPid; pid > 0 && !owners.has(pid); pid = table.get(pid)?.parentPid ?? 0) {
    owners.set(pid, null);
  }
  for (const tree of trees) {
    if (table.get(tree.main.pid)?.startTime === tree.main.startTime) owners.set(tree.main.pid, tree);
  }
  const signs = new SignReader(trees);
  for (const row of table.values()) {
    if (owners.has(row.pid)) continue;
    const known = view.remembered.get(row.pid);
    if (known?.startTime === row.startTime) {
      owners.set(row.pid, known.tree);
    } else if (!view.isSubreaper || row.parentPid === view.launcherPid) {
      const tree = signs.treeOf(row, table.get(row.sessionId) ?? null);
      if (tree !== null) owners.set(row.pid, tree);
    }
  }
  const members = new Map<Tree, ProcessRow[]>(trees.map((tree) => [tree, []]));
  for (const row of table.values()) {
    const tree = ownerByDescent(row, table, owners);
    if (tree !== null) members.get(tree)?.push(row);
  }
  return members;
}

/** Walks up to the first ancestor whose owner is known; every pid on the way learns it. */
function ownerByDescent(row: ProcessRow, table: ProcessTable, owners: Map<number, Tree | null>): Tree | null {
  const path: number[] = [];
  let current: ProcessRow | undefined = row;
  while (current !== undefined && !owners.has(current.pid) && path.length < 10_000) {
    path.push(current.pid);
    current = table.get(current.parentPid);
  }
  const owner = current === undefined ? null : (owners.get(current.pid) ?? null);
  for (const pid of path) owners.set(pid, owner);
  return owner;
}
