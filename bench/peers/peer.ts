import { availableParallelism } from "node:os";

/** The same work for all: each step is durable before the next one starts. */
export interface Workloads {
  /** Steps in the peer's own process, one after the other, that each answer a number. */
  inProcess(steps: number): Promise<void>;
  /** Steps `sh -c true`, one after the other. */
  chain(steps: number): Promise<void>;
  /** Independent steps `sh -c true` of one run. */
  independent(steps: number): Promise<void>;
}

/** A durable engine that is up. */
export interface Peer extends Workloads {
  stop(): Promise<void>;
}

/** Whoever takes part; Gaia has no steps in a process of their own yet. */
export type Contender = Omit<Peer, "inProcess"> & Partial<Pick<Peer, "inProcess">>;

/** A durable engine that npm offers. */
export interface Offer {
  readonly name: string;
  /** What it runs on, said in the table. */
  readonly packages: readonly string[];
  readonly needsPostgres: boolean;
  /** Starts it from the folder that has its packages. */
  readonly start: (given: { readonly folder: string; readonly postgres: Postgres | null }) => Promise<Peer>;
}

/** A PostgreSQL of the benchmark's own. */
export interface Postgres {
  /** Makes an empty database; answers its URL. */
  database(name: string): string;
  stop(): Promise<void>;
}

/** Processes at once: as many as Gaia's own worker starts by default. */
export const SLOTS: number = availableParallelism() + 2;
