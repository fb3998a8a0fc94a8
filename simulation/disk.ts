import { GaiaError } from "../packages/contracts/src/index.ts";
import type { Job, JobState } from "../packages/core/src/index.ts";
import type {
  Commit,
  Committed,
  EventRow,
  RunSummary,
  Store,
  StoredRun,
} from "../packages/server/src/store/port.ts";
import type { World } from "./world.ts";

/** One run as it lies on the disk. */
export interface DiskRun {
  summary: RunSummary;
  definition: string;
  environment: Readonly<Record<string, string>>;
  graph: Job[];
  jobs: Map<number, JobState>;
  events: EventRow[];
}

/** What survives every crash. */
export class Disk {
  readonly runs = new Map<string, DiskRun>();
  position = 0;

  apply(commit: Commit): Committed {
    const firstPosition = this.position + 1;
    for (const write of commit.runs) {
      const known = this.runs.get(write.id);
      if ((known?.summary.version ?? 0) !== write.expectedVersion) {
        throw new GaiaError(
          "conflict",
          `run ${write.id} has version ${known?.summary.version ?? 0}, not ${write.expectedVersion}`,
        );
      }
    }
    for (const write of commit.runs) {
      let run = this.runs.get(write.id);
      if (run === undefined) {
        if (write.created === null) throw new Error("a new run without its facts");
        const { definition, environment, ...facts } = write.created;
        const summary = {
          id: write.id,
          namespace: write.namespace,
          version: 0,
          seq: 0,
          facts,
          header: write.header,
          jobCount: 0,
        };
        run = { summary, definition, environment, graph: [], jobs: new Map(), events: [] };
        this.runs.set(write.id, run);
      }
      if (write.graph !== null) {
        if (write.graph.first !== run.graph.length)
          throw new Error(`graph of ${write.id} appended at ${write.graph.first}, has ${run.graph.length}`);
        run.graph.push(...structuredClone(write.graph.jobs));
      }
      for (const row of write.jobs) run.jobs.set(row.number, structuredClone(row.state));
      run.events.push(...structuredClone(write.events));
      this.position += write.events.length;
      const seq = write.events.at(-1)?.seq ?? run.summary.seq;
      run.summary = {
        ...run.summary,
        version: write.expectedVersion + 1,
        seq,
        header: structuredClone(write.header),
        jobCount: run.graph.length,
      };
    }
    return { firstPosition };
  }

  load(id: string): StoredRun | null {
    const run = this.runs.get(id);
    if (run === undefined) return null;
    const summary = structuredClone(run.summary);
    return {
      ...summary,
      facts: { ...summary.facts, environment: run.environment },
      definition: run.definition,
      graph: structuredClone(run.graph),
      jobs: structuredClone(run.jobs),
    };
  }
}

/** How one server process reaches the disk: with latency, failures, and never again after its death. */
export function storeOn(disk: Disk, world: World, alive: () => boolean, failing: () => boolean): Store {
  const never = new Promise<never>(() => undefined);
  const later = <T>(ms: number, action: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      world.after(ms, () => {
        if (!alive()) return;
        try {
          resolve(action());
        } catch (caught) {
          reject(caught);
        }
      });
    });
  const refuse = (): never => {
    throw new GaiaError("unsupported", "not simulated");
  };
  return {
    commit(commit) {
      const copy = structuredClone(commit);
      // A crash comes before the write, or after it and before anybody hears: both must be survived.
      const writeAt = world.random.between(0, 3);
      const answerAt = world.random.between(0, 2);
      return new Promise((resolve, reject) => {
        world.after(writeAt, () => {
          if (!alive()) return;
          if (failing()) return reject(new GaiaError("storage_full", "The disk is full."));
          let committed: Committed;
          try {
            committed = disk.apply(copy);
          } catch (caught) {
            return reject(caught);
          }
          world.after(answerAt, () => {
            if (alive()) resolve(committed);
          });
        });
      });
    },
    runs: {
      live: () =>
        later(1, () =>
          [...disk.runs.values()]
            .filter((run) => run.summary.header.endedAt === null)
            .map((run) => run.summary.id),
        ),
      load: (id) => later(1, () => disk.load(id)),
      summary: (id) => later(1, () => structuredClone(disk.runs.get(id)?.summary ?? null)),
      lastNumber: (_namespace, pipeline) =>
        later(1, () =>
          Math.max(
            0,
            ...[...disk.runs.values()]
              .filter((run) => run.summary.facts.pipeline === pipeline)
              .map((run) => run.summary.facts.number),
          ),
        ),
      list: refuse,
      count: refuse,
      ended: refuse,
      byPrefix: refuse,
      byNumber: refuse,
      events: refuse,
      feed: refuse,
      feedBounds: refuse,
      answer: () => later(1, () => null),
    },
    pipelines: { list: refuse, newest: refuse, version: refuse, versions: refuse, history: refuse },
    history: {
      ofPipelines: refuse,
      ends: refuse,
      failing: refuse,
      failures: refuse,
      spending: refuse,
      activity: refuse,
    },
    triggers: { all: refuse, delivery: refuse, lastDeliveries: refuse },
    programs: { sources: refuse, endedBuilds: refuse },
    secrets: { all: refuse, versions: refuse, keyIds: refuse, wrappedByOthers: refuse },
    commitStatuses: { open: refuse, of: refuse },
    upkeep: {
      pack: refuse,
      prune: refuse,
      unmeasured: refuse,
      measured: refuse,
      sweep: refuse,
      check: refuse,
      compact: refuse,
      backup: refuse,
      size: refuse,
    },
    close: () => never,
  };
}
