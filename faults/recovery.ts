import { setTimeout as pause } from "node:timers/promises";
import { type Effect, readEffects } from "./effects.ts";
import { type Part, SystemUnderTest } from "./system.ts";

/** Who is killed, and how often the next step had to be waited for so long. */
export interface Recovery {
  readonly parts: readonly Part[];
  /** From the kill, or from the server's restart where it was killed: to the next step's start. */
  readonly gapsMs: readonly number[];
  /** Of it, what came after the restarted server was ready: the rest is the start of its program. */
  readonly afterReadyMs: readonly number[];
  /** Steps that were started more than once. */
  readonly repeated: number;
}

const CASES: readonly (readonly Part[])[] = [["worker"], ["server"], ["server", "worker"]];
const STEPS = 400;
/** A step is under way whenever something is killed. */
const STEP_SECONDS = 0.1;
const WITHIN_MS = 60_000;

/**
 * Measures how soon work goes on: a chain of short steps beside two long ones, and kills at any moment of it. Between
 * two kills the chain goes on for a while.
 */
export async function measureRecovery(kills: number, between: () => number): Promise<readonly Recovery[]> {
  const found: Recovery[] = [];
  for (const parts of CASES) found.push(await measure(parts, kills, between));
  return found;
}

async function measure(parts: readonly Part[], kills: number, between: () => number): Promise<Recovery> {
  const system = new SystemUnderTest();
  try {
    await system.warmUp(WITHIN_MS);
    system.startServer();
    await system.ready(WITHIN_MS);
    await system.client.startDefinition({ definition: chain(system.effectsFolder) });
    const gaps: Gap[] = [];
    await moreStarts(system, 0, 5);
    for (let kill = 0; kill < kills; kill++) {
      await pause(between());
      gaps.push(await gapAfter(parts, system));
      await moreStarts(system, starts(system).length, 5);
    }
    const keys = starts(system).map((effect) => `${effect.run}.${effect.job}`);
    await system.shutDown(true, WITHIN_MS);
    const gapsMs = gaps.map((gap) => gap.ms);
    const afterReadyMs = gaps.flatMap((gap) => (gap.afterReadyMs === null ? [] : [gap.afterReadyMs]));
    return { parts, gapsMs, afterReadyMs, repeated: keys.length - new Set(keys).size };
  } finally {
    await system.dispose(false);
  }
}

interface Gap {
  readonly ms: number;
  readonly afterReadyMs: number | null;
}

async function gapAfter(parts: readonly Part[], system: SystemUnderTest): Promise<Gap> {
  const before = starts(system).length;
  for (const part of parts) system.signal(part, "SIGKILL");
  if (parts.includes("server")) {
    await system.until("the killed server is gone", WITHIN_MS, () => !system.isServerUp);
    system.startServer();
  }
  const from = Date.now();
  // What was started between the look and the kill is not the next step.
  const seen = (): readonly Effect[] =>
    starts(system)
      .slice(before)
      .filter((effect) => effect.at > from);
  let readyAt: number | null = null;
  if (parts.includes("server")) {
    await system.ready(WITHIN_MS);
    readyAt = Date.now();
  }
  await system.until("the next step", WITHIN_MS, () => seen().length > 0);
  const at = seen()[0]?.at ?? 0;
  return { ms: at - from, afterReadyMs: readyAt === null ? null : Math.max(0, at - readyAt) };
}

async function moreStarts(system: SystemUnderTest, before: number, more: number): Promise<void> {
  await system.until("work goes on", WITHIN_MS, () => starts(system).length >= before + more);
}

function starts(system: SystemUnderTest): readonly Effect[] {
  return readEffects(system.effectsFile).filter((effect) => effect.kind === "start");
}

function chain(folder: string): string {
  const steps = Array.from({ length: STEPS }, (_, index) => {
    const before = index === 0 ? "" : `step-${index - 1}`;
    return `  - {id: step-${index}, dependencies: [${before}], command: work ${STEP_SECONDS}}`;
  });
  return `name: recovery
defaults: {shell: [bash, -c]}
env: {FAULTS: ${folder}, BASH_ENV: ${folder}/step.sh}
tasks:
  - {id: long, command: work 300}
  - {id: longer, command: work 301}
${steps.join("\n")}
`;
}

/** One line for each case. */
export function recoveryText(recoveries: readonly Recovery[]): string {
  return recoveries.map(lineOf).join("\n");
}

function lineOf({ parts, gapsMs, afterReadyMs, repeated }: Recovery): string {
  const from = parts.includes("server") ? "the server's restart" : "the kill";
  const ready = afterReadyMs.length === 0 ? "" : `; after it was ready: ${spreadOf(afterReadyMs)}`;
  return `  ${parts.join(" + ").padEnd(16)} next step after ${from}: ${spreadOf(gapsMs)}${ready} (${gapsMs.length} kills, ${repeated} steps repeated)`;
}

function spreadOf(allMs: readonly number[]): string {
  const sorted = allMs.toSorted((left, right) => left - right);
  const at = (share: number): string =>
    `${((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) / 1000).toFixed(2)} s`;
  return `median ${at(0.5)}, best ${at(0)}, worst ${at(1)}`;
}
