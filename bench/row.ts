import { spawnSync } from "node:child_process";
import type { CpuParts, Lab } from "./lab.ts";

/** One line of the table. */
export interface Result {
  readonly what: string;
  readonly gaia: string;
  readonly against: string;
  readonly ratio: string;
  /** CPU of the whole tree, jobs included: Gaia's and the floor's. */
  readonly cpu: string;
  readonly reach: string;
}

/** A measurement that can be asked for by its name. */
export interface Row {
  readonly name: string;
  /** Throws before anything is measured when a program is missing, with the command that installs it. */
  readonly check?: () => void;
  readonly run: () => Promise<readonly Result[]>;
}

export interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Minima of all rounds. */
export interface Comparison {
  readonly gaia: Cost;
  readonly floor: Cost;
  /** What each part of Gaia used in all rounds together. */
  readonly parts: CpuParts;
}

/** Rounds of each measurement; the least disturbed one counts. */
export const ROUNDS: number = Number(process.env["GAIA_BENCH_ROUNDS"] ?? 5);

/** Interleaved rounds: what else the machine does hits both sides alike. Minima are compared. */
export async function against(lab: Lab, gaia: () => Promise<number>, floor: () => Cost): Promise<Comparison> {
  const ours: Cost[] = [];
  const theirs: Cost[] = [];
  const start = lab.cpu();
  for (let round = 0; round < ROUNDS; round++) {
    spawnSync("sync");
    theirs.push(floor());
    spawnSync("sync");
    const before = total(lab.cpu());
    const wallMs = await gaia();
    ours.push({ wallMs, cpuMs: total(lab.cpu()) - before });
  }
  const end = lab.cpu();
  return {
    gaia: least(ours),
    floor: least(theirs),
    parts: {
      server: end.server - start.server,
      worker: end.worker - start.worker,
      launcher: end.launcher - start.launcher,
      jobs: end.jobs - start.jobs,
    },
  };
}

/** The line of a comparison. `each`: figures are given for one of so many. */
export function result(
  what: string,
  { gaia, floor }: Comparison,
  floorName: string,
  reach: string,
  each = 1,
): Result {
  return {
    what,
    gaia: ms(gaia.wallMs / each),
    against: `${floorName} ${ms(floor.wallMs / each)}`,
    ratio: times(gaia.wallMs / floor.wallMs),
    cpu: `${ms(gaia.cpuMs / each)} : ${ms(floor.cpuMs / each)} = ${times(gaia.cpuMs / floor.cpuMs)}`,
    reach,
  };
}

/** A line that stands for itself: there is no floor to compare with. */
export function plain(what: string, gaia: string, reach = ""): Result {
  return { what, gaia, against: "", ratio: "", cpu: "", reach };
}

export function ms(value: number): string {
  return value >= 1_000 ? `${(value / 1_000).toFixed(2)} s` : `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

export function times(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)} ×` : "";
}

export function mebibytes(value: number): string {
  return `${value.toFixed(0)} MiB`;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function least(costs: readonly Cost[]): Cost {
  return {
    wallMs: Math.min(...costs.map(({ wallMs }) => wallMs)),
    cpuMs: Math.min(...costs.map(({ cpuMs }) => cpuMs)),
  };
}

function total({ server, worker, launcher, jobs }: CpuParts): number {
  return server + worker + launcher + jobs;
}
