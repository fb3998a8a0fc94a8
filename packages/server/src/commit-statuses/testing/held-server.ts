import { GaiaError } from "@gaia/contracts";
import { LOGIC_VERSION } from "@gaia/core";
import { Batch } from "../../engine/batch.ts";
import type { HeldRun } from "../../engine/port.ts";
import type { Logger } from "../../observe/port.ts";
import { HeldClock } from "../../repositories/testing/held-clock.ts";
import type { CommitStatusRow, NoteRow, StatusTarget, StatusWish } from "../../store/port.ts";
import { CommitStatuses } from "../commit-statuses.ts";

const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** What a server keeps of commit statuses, with time and disk in the test's hand. */
export class HeldServer {
  readonly clock = new HeldClock();
  /** What is durable. */
  readonly rows = new Map<string, CommitStatusRow>();
  readonly notes: NoteRow[] = [];
  /** Commits fail. */
  isFull = false;
  token: string | null = "token";
  statuses = this.#server();
  readonly #runs = new Map<string, HeldRun>();

  /** As a server that was killed leaves it, and the next one finds it. */
  async restart(): Promise<void> {
    await this.statuses.close();
    this.statuses = this.#server();
    await this.statuses.load();
    this.statuses.start();
  }

  /** A run is made, and a forge is to be told of it. */
  begin(id: string, target: StatusTarget, commit = "c".repeat(40)): Promise<void> {
    const wish: StatusWish = { target, commit, trigger: "trg_1", pipeline: "ci" };
    return this.submit((batch) => {
      const held = batch.create({
        id,
        namespace: "default",
        pipeline: "ci",
        pipelineVersion: 1,
        definition: "{}",
        definitionHash: "h",
        settings: {
          seed: id,
          logicVersion: LOGIC_VERSION,
          inputs: {},
          variables: {},
          timeoutMs: null,
          failFast: false,
          outputs: {},
          maxJobs: 1,
          reused: {},
        },
        jobs: [],
        actor: { kind: "system", id: "git", via: "trigger" },
        trigger: "git",
        traceId: "t",
        retryOf: null,
        parent: null,
        group: null,
        priority: 5,
        labels: {},
        workDir: "/",
        environment: {},
      });
      this.#runs.set(id, held);
      this.statuses.begin(batch, held, wish);
    });
  }

  /** The run completes. */
  end(id: string): Promise<void> {
    const held = this.#runs.get(id);
    if (held === undefined) throw new Error(`there is no run ${id}`);
    return this.submit((batch) => {
      batch.input(held, { kind: "start", at: batch.now }, { kind: "system", id: "test", via: "test" });
      this.statuses.ended(batch, held);
    });
  }

  async submit(work: (batch: Batch) => void): Promise<void> {
    const batch = new Batch({ changed: () => {}, nextNumber: () => 1 }, this.clock.now());
    work(batch);
    await Promise.resolve();
    if (this.isFull) {
      for (const undo of batch.undoing) undo();
      throw new GaiaError("storage_full", "The disk is full.");
    }
    const { commitStatuses = [], notes = [] } = batch.toCommit();
    for (const row of commitStatuses) this.rows.set(row.run, row);
    this.notes.push(...notes);
    for (const effect of batch.effects) effect();
  }

  #server(): CommitStatuses {
    return new CommitStatuses({
      store: {
        open: async () =>
          [...this.rows.values()]
            .filter(({ isOpen }) => isOpen)
            .toSorted((one, other) => one.since - other.since),
      },
      clock: this.clock,
      log: SILENT,
      secret: () =>
        this.token === null
          ? { kind: "refused", why: "which the server does not have" }
          : { kind: "value", value: this.token },
      submit: (work) => this.submit(work),
      outcomeOf: () => "Completed in 1 s",
      publicUrl: "https://gaia.example.org",
    });
  }
}
