import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../simulation/random.ts";
import { signal } from "./processes.ts";
import type { Part, SystemUnderTest } from "./system.ts";

/** One blow: whom it hits, and whether it kills or hangs. */
export interface Blow {
  readonly name: string;
  readonly parts: readonly Part[];
  readonly hangs: boolean;
  /** How often, in comparison with the others. */
  readonly weight: number;
}

export const BLOWS: readonly Blow[] = [
  { name: "server", parts: ["server"], hangs: false, weight: 24 },
  { name: "worker", parts: ["worker"], hangs: false, weight: 24 },
  { name: "launcher", parts: ["launcher"], hangs: false, weight: 10 },
  { name: "server + worker", parts: ["server", "worker"], hangs: false, weight: 12 },
  { name: "worker + launcher", parts: ["worker", "launcher"], hangs: false, weight: 6 },
  { name: "server + launcher", parts: ["server", "launcher"], hangs: false, weight: 4 },
  { name: "all", parts: ["server", "worker", "launcher"], hangs: false, weight: 8 },
  { name: "hung server", parts: ["server"], hangs: true, weight: 4 },
  { name: "hung worker", parts: ["worker"], hangs: true, weight: 6 },
  { name: "hung launcher", parts: ["launcher"], hangs: true, weight: 2 },
];

/** A blow that was dealt. */
export interface DealtBlow {
  readonly blow: Blow;
  /** Milliseconds UTC. */
  readonly at: number;
  /** When the server was started again; null: it had not been hit. */
  readonly restartedAt: number | null;
}

const HANG_MS = { short: 4_000, long: 13_000 };
const RESTART_MS = 2_000;

/** Deals a blow, and brings back what does not come back by itself: only the server. */
export async function deal(blow: Blow, system: SystemUnderTest, random: Random): Promise<DealtBlow> {
  const at = Date.now();
  if (blow.hangs) {
    // One in twelve is longer than the lease: the server gives the worker up, and it comes back.
    const hangMs = random.chance(1 / 12) ? HANG_MS.long : random.between(200, HANG_MS.short);
    await hang(blow.parts, system, hangMs);
    return { blow, at, restartedAt: null };
  }
  for (const part of blow.parts) system.signal(part, "SIGKILL");
  if (!blow.parts.includes("server")) return { blow, at, restartedAt: null };
  await system.until("the killed server is gone", 10_000, () => !system.isServerUp);
  await pause(random.chance(0.4) ? 0 : random.between(0, RESTART_MS));
  const restartedAt = Date.now();
  system.startServer();
  return { blow, at, restartedAt };
}

/** A blow by its weight. */
export function pickBlow(random: Random): Blow {
  let rest = random.next() * BLOWS.reduce((sum, blow) => sum + blow.weight, 0);
  for (const blow of BLOWS) {
    rest -= blow.weight;
    if (rest < 0) return blow;
  }
  return random.pick(BLOWS);
}

async function hang(parts: readonly Part[], system: SystemUnderTest, hangMs: number): Promise<void> {
  const pids = parts.flatMap((part) => system.pidsOf(part));
  for (const pid of pids) signal(pid, "SIGSTOP");
  await pause(hangMs);
  for (const pid of pids) signal(pid, "SIGCONT");
}
