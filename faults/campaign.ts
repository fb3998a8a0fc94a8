import { setTimeout as pause } from "node:timers/promises";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Random } from "../simulation/random.ts";
import { checkRun, checkRuns, checkSerial, type Violation } from "./check.ts";
import { FaultyTimesClient } from "./client.ts";
import { type Effect, readEffects } from "./effects.ts";
import { allRuns, historyOf, type RunHistory } from "./history.ts";
import { checkLogs } from "./logs.ts";
import { deal, type DealtBlow, pickBlow } from "./kills.ts";
import { PARTS, SystemUnderTest } from "./system.ts";
import { SECRET, type Workload, workloads } from "./workload.ts";

/** What a campaign found. */
export interface Report {
  readonly seed: number;
  readonly blows: readonly DealtBlow[];
  readonly histories: readonly RunHistory[];
  readonly effects: readonly Effect[];
  readonly violations: readonly Violation[];
  readonly askedAgain: number;
  readonly stopped: number;
  readonly tookMs: number;
  /** The files of a campaign that broke a promise are kept. */
  readonly folder: string;
}

/** How far a campaign goes. */
export interface CampaignOptions {
  readonly seed: number;
  readonly kills: number;
  /** Told now and then. */
  readonly progress: (text: string) => void;
}

/** Work goes on between most of the blows; the others hit what is just coming back. */
const CALM_SHARE = 0.7;
/** Between two blows nothing needs longer, on a machine that others use too. */
const CALM_WITHIN_MS = 30_000;
/** With no run ending and no task starting for so long, the system is stuck. */
const STUCK_MS = 90_000;
const READY_WITHIN_MS = 60_000;

/** Kills Gaia's programs again and again while runs with side effects go on, and compares the effects with the log. */
export async function campaign(options: CampaignOptions): Promise<Report> {
  const startedAt = performance.now();
  const system = new SystemUnderTest();
  const all = workloads(system.effectsFolder);
  const client = new FaultyTimesClient(system, all, new Random(options.seed));
  const blows: DealtBlow[] = [];
  const violations: Violation[] = [];
  const found: Pick<Report, "histories" | "effects"> = { histories: [], effects: [] };
  try {
    await system.warmUp(READY_WITHIN_MS);
    system.startServer();
    await system.ready(READY_WITHIN_MS);
    await client.prepare();
    const running = client.run();
    running.catch(() => undefined);
    await beat(system, blows, options);
    client.end();
    await running;
    violations.push(...client.broken.map((what) => ({ what, run: null })));
    violations.push(
      ...system.unexpectedEnds.map((end) => ({ what: `a server ended by itself: ${end}`, run: null })),
    );
    violations.push(...(await settle(system)));
    const histories = await readHistories(system);
    const effects = readEffects(system.effectsFile);
    Object.assign(found, { histories, effects });
    violations.push(...(await checkAll(system, client, all, histories, effects, launcherKills(blows))));
    violations.push(...(await endAndCheck(system)));
  } catch (caught) {
    violations.push({
      what: caught instanceof Error ? (caught.stack ?? caught.message) : String(caught),
      run: null,
    });
  } finally {
    await system.dispose(violations.length > 0);
  }
  const stopped = client.runs.filter((run) => run.isStopped).length;
  const { askedAgain } = client;
  const tookMs = performance.now() - startedAt;
  return {
    seed: options.seed,
    blows,
    ...found,
    violations,
    askedAgain,
    stopped,
    tookMs,
    folder: system.folder,
  };
}

async function beat(system: SystemUnderTest, blows: DealtBlow[], options: CampaignOptions): Promise<void> {
  // A sequence of its own: how often the client had to ask does not change the blows.
  const random = new Random(options.seed ^ 0x5f3759df);
  while (blows.length < options.kills) {
    if (random.chance(CALM_SHARE)) await untilWorkGoesOn(system);
    await pause(random.between(0, 900));
    const dealt = await deal(pickBlow(random), system, random);
    blows.push(dealt);
    if (blows.length % 20 === 0) options.progress(`${blows.length} blows dealt`);
    if (!system.isServerUp) throw new Error(`the server does not run: ${system.serverOutput}`);
  }
}

/** A task has started since. Not an error when it takes long: what is stuck in earnest shows at the end. */
async function untilWorkGoesOn(system: SystemUnderTest): Promise<void> {
  const before = readEffects(system.effectsFile).length;
  const holds = (): boolean => readEffects(system.effectsFile).length > before;
  await system.until("work goes on", CALM_WITHIN_MS, holds).catch(() => undefined);
}

/** The faults are over: everything must come to its end by itself. */
async function settle(system: SystemUnderTest): Promise<readonly Violation[]> {
  for (const part of PARTS) system.signal(part, "SIGCONT");
  await system.ready(READY_WITHIN_MS);
  let before = "";
  let sinceMs = performance.now();
  for (;;) {
    const runs = await allRuns(system.client);
    const live = runs.filter((run) => run.ended_at === null);
    if (live.length === 0) return [];
    const now = `${live.length} ${readEffects(system.effectsFile).length}`;
    if (now !== before) {
      before = now;
      sinceMs = performance.now();
    }
    if (performance.now() - sinceMs > STUCK_MS) return Promise.all(live.map((run) => stuck(system, run.id)));
    await pause(200);
  }
}

async function stuck(system: SystemUnderTest, run: string): Promise<Violation> {
  const why = await system.client.why(run, undefined);
  return { what: `run ${run} is stuck: ${why.sentence} ${why.because.join(" ")}`, run };
}

async function readHistories(system: SystemUnderTest): Promise<readonly RunHistory[]> {
  const histories: RunHistory[] = [];
  for (const run of await allRuns(system.client)) histories.push(await historyOf(system.client, run));
  return histories;
}

async function checkAll(
  system: SystemUnderTest,
  client: FaultyTimesClient,
  all: readonly Workload[],
  histories: readonly RunHistory[],
  effects: readonly Effect[],
  kills: readonly number[],
): Promise<readonly Violation[]> {
  const violations: Violation[] = [...checkRuns(client.runs, histories)];
  const byRun = Map.groupBy(effects, (effect) => effect.run);
  const stopped = new Set(client.runs.filter((run) => run.isStopped).map((run) => run.id));
  for (const history of histories) {
    const { id, pipeline, parent_run: parent } = history.run;
    const workload = all.find((one) => one.name === pipeline);
    if (workload === undefined) throw new Error(`a run of ${pipeline}, which nobody asked for`);
    const isStopped = stopped.has(parent ?? id);
    violations.push(...checkRun(history, byRun.get(id) ?? [], workload, isStopped, kills));
    violations.push(...(await checkLogs(system.client, history)));
  }
  const known = new Set(histories.map((history) => history.run.id));
  for (const run of byRun.keys()) {
    if (!known.has(run))
      violations.push({ what: `there are effects of run ${run}, which does not exist`, run });
  }
  const serial = all.filter((workload) => workload.isSerial).map((workload) => workload.name);
  const serialRuns = histories.filter(({ run }) => serial.includes(run.pipeline)).map(({ run }) => run.id);
  return [...violations, ...checkSerial(effects, new Set(serialRuns))];
}

/** Nothing is left: no process, no damage, no secret; and the three programs go when they are asked to. */
async function endAndCheck(system: SystemUnderTest): Promise<readonly Violation[]> {
  const violations = system.leftovers().map((text) => ({ what: `a process is left: ${text}`, run: null }));
  const { ok, problems } = await system.client.database("check", {});
  if (ok !== true)
    violations.push({ what: `the database is damaged: ${JSON.stringify(problems)}`, run: null });
  await system.shutDown(false, READY_WITHIN_MS);
  const leak = filesWith(system.home, SECRET.value);
  if (leak.length > 0) violations.push({ what: `the secret is on disk: ${leak.join(", ")}`, run: null });
  return violations;
}

function filesWith(folder: string, text: string): readonly string[] {
  try {
    return execFileSync("grep", ["-rlF", text, folder], { encoding: "utf8" }).trimEnd().split("\n");
  } catch {
    // grep found nothing.
    return [];
  }
}

function launcherKills(blows: readonly DealtBlow[]): readonly number[] {
  return blows.filter(({ blow }) => blow.parts.includes("launcher") && !blow.hangs).map(({ at }) => at);
}

/** Where the three programs wrote what they had to say. */
export function logFilesOf(folder: string): readonly string[] {
  return PARTS.map((part) => join(folder, "home", "logs", `${part}.log`));
}
