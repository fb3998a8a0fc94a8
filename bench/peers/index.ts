import { spawnSync } from "node:child_process";
import { ninja, shellLoop } from "../floors.ts";
import { ms, quantile, ROUNDS } from "../row.ts";
import { headText, line } from "../table.ts";
import { chain, independent, workload } from "../workloads.ts";
import { DBOS } from "./dbos.ts";
import { startGaia } from "./gaia.ts";
import { GRAPHILE_WORKER } from "./graphile.ts";
import { installed } from "./packages.ts";
import type { Contender, Offer, Peer, Postgres } from "./peer.ts";
import { postgresPrograms, startPostgres } from "./postgres.ts";
import { RESTATE } from "./restate.ts";

const OFFERS: readonly Offer[] = [RESTATE, DBOS, GRAPHILE_WORKER];
const SINGLES_PER_ROUND = 20;
const CHAIN = 100;
const MANY = 500;

/** One line of the table: what is measured for whom, and how its milliseconds are shown. */
interface Comparison {
  readonly what: string;
  readonly measure: (peer: Contender) => Promise<readonly number[]> | null;
  readonly floor: { readonly name: string; readonly measureMs: () => number; readonly each: number } | null;
  /** The figure that is compared: a median of many, or the least of a few. */
  readonly figure: (walls: readonly number[]) => number;
  readonly show: (walls: readonly number[]) => string;
}

const COMPARISONS: readonly Comparison[] = [
  {
    what: "three steps in the peer's own process (no process is started), median / p95",
    measure: ({ inProcess }) => (inProcess === undefined ? null : singles(() => inProcess(3))),
    floor: null,
    ...medianOfMany(),
  },
  {
    what: "three steps `sh -c true`, one after the other, median / p95",
    measure: (peer) => singles(() => peer.chain(3)),
    floor: { name: "shell", measureMs: () => shellLoop(90).wallMs, each: 30 },
    ...medianOfMany(),
  },
  {
    what: `a chain of ${CHAIN} steps \`sh -c true\`, a step`,
    measure: (peer) => once(() => peer.chain(CHAIN)),
    floor: {
      name: "ninja",
      measureMs: () => ninja(workload("chain", "true", chain(CHAIN)).build).wallMs,
      each: CHAIN,
    },
    figure: (walls) => Math.min(...walls),
    show: (walls) => ms(Math.min(...walls) / CHAIN),
  },
  {
    what: `${MANY} independent steps \`sh -c true\` of one run`,
    measure: (peer) => once(() => peer.independent(MANY)),
    floor: {
      name: "ninja",
      measureMs: () => ninja(workload("many", "true", independent(MANY)).build).wallMs,
      each: 1,
    },
    figure: (walls) => Math.min(...walls),
    show: (walls) => `${ms(Math.min(...walls))}, ${((MANY * 1_000) / Math.min(...walls)).toFixed(0)}/s`,
  },
];

interface Contestant {
  readonly name: string;
  readonly peer: Contender;
}

/** Gaia beside the durable engines that npm offers, all up at once, asked in turn. Nothing of it stays but the packages. */
export async function peersTable(): Promise<string> {
  const left: string[] = [];
  const postgres = await openPostgres();
  const contestants: Contestant[] = [];
  try {
    contestants.push({ name: "Gaia", peer: await startGaia() });
    for (const offer of OFFERS) {
      const started = await start(offer, postgres);
      if (started.kind === "ok") contestants.push({ name: offer.name, peer: started.peer });
      else left.push(`${offer.name} is left out: ${started.reason}`);
    }
    const rows: string[] = [];
    for (const comparison of COMPARISONS) {
      process.stderr.write(`  ${comparison.what} …\n`);
      rows.push(await rowOf(comparison, contestants));
    }
    const head = ["what", ...contestants.map(({ name }) => name), "floor", "Gaia : best peer"];
    return [headText(head), ...rows, ...left.map((text) => `\n${text}`)].join("\n");
  } finally {
    for (const { peer } of contestants.toReversed()) await peer.stop();
    await postgres?.stop();
  }
}

async function openPostgres(): Promise<Postgres | null> {
  const programs = postgresPrograms();
  return programs === null ? null : await startPostgres(programs);
}

type Started =
  | { readonly kind: "ok"; readonly peer: Peer }
  | { readonly kind: "refused"; readonly reason: string };

async function start(offer: Offer, postgres: Postgres | null): Promise<Started> {
  if (offer.needsPostgres && postgres === null) {
    const reason =
      "it needs PostgreSQL, which is not here. Install Debian's package `postgresql` (apt-get install postgresql) and run this again.";
    return { kind: "refused", reason };
  }
  const found = installed(offer.name, offer.packages);
  if (found.kind === "refused") return found;
  try {
    return { kind: "ok", peer: await offer.start({ folder: found.folder, postgres }) };
  } catch (caught) {
    return { kind: "refused", reason: `it did not start: ${String(caught)}` };
  }
}

/** Rounds in turn: each contestant, then the floor. The first call of each warms up and does not count. */
async function rowOf(comparison: Comparison, contestants: readonly Contestant[]): Promise<string> {
  const { floor, figure, show, what } = comparison;
  const walls = new Map<string, Walls>();
  const floors: number[] = [];
  for (const { name, peer } of contestants) walls.set(name, await wallsOf(comparison, peer));
  for (const [name, warm] of walls) if (warm.kind === "ok") walls.set(name, { kind: "ok", values: [] });
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, peer } of contestants) {
      const former = walls.get(name);
      if (former?.kind !== "ok") continue;
      spawnSync("sync");
      const found = await wallsOf(comparison, peer);
      walls.set(
        name,
        found.kind === "ok" ? { kind: "ok", values: [...former.values, ...found.values] } : found,
      );
    }
    if (floor !== null) floors.push(floor.measureMs());
  }
  const shown = [...walls.values()].map((own) => (own.kind === "ok" ? show(own.values) : own.why));
  const floorText = floor === null ? "" : `${floor.name} ${ms(Math.min(...floors) / floor.each)}`;
  return line([what, ...shown, floorText, ratio(walls, figure)]);
}

type Walls =
  | { readonly kind: "ok"; readonly values: readonly number[] }
  | { readonly kind: "none"; readonly why: string };

/** A peer that fails at one workload is not in its line; the others go on. */
async function wallsOf({ measure }: Comparison, peer: Contender): Promise<Walls> {
  try {
    const values = await measure(peer);
    return values === null ? { kind: "none", why: "not offered yet" } : { kind: "ok", values };
  } catch (caught) {
    process.stderr.write(`  ${String(caught)}\n`);
    return { kind: "none", why: "failed" };
  }
}

function ratio(walls: ReadonlyMap<string, Walls>, figure: Comparison["figure"]): string {
  const own = walls.get("Gaia");
  const others = [...walls].flatMap(([name, found]) =>
    name !== "Gaia" && found.kind === "ok" ? [figure(found.values)] : [],
  );
  if (own?.kind !== "ok" || others.length === 0) return "";
  return `${(figure(own.values) / Math.min(...others)).toFixed(2)} ×`;
}

function medianOfMany(): Pick<Comparison, "figure" | "show"> {
  const figure = (walls: readonly number[]): number => quantile(walls, 0.5);
  return { figure, show: (walls) => `${ms(figure(walls))} / ${ms(quantile(walls, 0.95))}` };
}

async function singles(act: () => Promise<void>): Promise<readonly number[]> {
  const walls: number[] = [];
  for (let count = 0; count < SINGLES_PER_ROUND; count++) walls.push(...(await once(act)));
  return walls;
}

async function once(act: () => Promise<void>): Promise<readonly number[]> {
  const startedAt = performance.now();
  await act();
  return [performance.now() - startedAt];
}
