import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bareNode } from "../floors.ts";
import { type Build, Lab, until } from "../lab.ts";
import { pssMiB } from "../processes.ts";
import { mebibytes, ms, plain, type Result, ROUNDS, type Row, times } from "../row.ts";

/** Garbage of the start has been collected by then. */
const IDLE_MS = 3_000;

interface Footprint {
  readonly readyMs: number;
  readonly server: number;
  readonly hands: number;
}

/** What Gaia takes when it does nothing, and how long it takes to start. */
export const footprint: Row = {
  name: "footprint",
  run: async () => {
    pack();
    const packed = await measured("packed");
    const source = await measured("source");
    const floorMs = Math.min(...Array.from({ length: ROUNDS }, () => bareNode().wallMs));
    const bare = await bareNodeMiB();
    return [
      starts("server ready, from source", source.readyMs, floorMs),
      starts("server ready, published JavaScript", packed.readyMs, floorMs),
      memory("idle: server, published JavaScript (from source)", packed.server, source.server, bare, 120),
      memory("idle: worker + launcher, likewise", packed.hands, source.hands, 2 * bare, 100),
    ];
  },
};

function starts(what: string, readyMs: number, floorMs: number): Result {
  return {
    ...plain(what, ms(readyMs), "≤ 1 s"),
    against: `\`node -e 0\` ${ms(floorMs)}`,
    ratio: times(readyMs / floorMs),
  };
}

function memory(what: string, packed: number, source: number, bare: number, mostMb: number): Result {
  return {
    ...plain(what, `${mebibytes(packed)} (${mebibytes(source)})`, `≤ ${mostMb} MB`),
    against: `bare Node ${mebibytes(bare)}`,
    ratio: times(packed / bare),
  };
}

/** The first start fills the cache of compiled code; it does not count. */
async function measured(build: Build): Promise<Footprint> {
  await started(build, 0);
  const found: Footprint[] = [];
  for (let round = 0; round < ROUNDS; round++) found.push(await started(build, IDLE_MS));
  const least = (what: keyof Footprint): number => Math.min(...found.map((one) => one[what]));
  return { readyMs: least("readyMs"), server: least("server"), hands: least("hands") };
}

async function started(build: Build, idleMs: number): Promise<Footprint> {
  const lab = new Lab(build);
  try {
    const readyMs = await lab.start();
    await new Promise((resolve) => setTimeout(resolve, idleMs));
    const hands = [...lab.pids("worker"), ...lab.pids("launcher")].map(pssMiB);
    return { readyMs, server: pssMiB(lab.serverPid), hands: hands.reduce((sum, value) => sum + value, 0) };
  } finally {
    await lab.stop();
  }
}

async function bareNodeMiB(): Promise<number> {
  const node = spawn(process.execPath, ["-e", "process.stdin.resume(); console.log('up')"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    let isUp = false;
    node.stdout.once("data", () => (isUp = true));
    await until(() => Promise.resolve(isUp));
    return pssMiB(node.pid ?? 0);
  } finally {
    node.kill("SIGKILL");
  }
}

function pack(): void {
  const packer = fileURLToPath(new URL("../../tools/pack.mjs", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [packer], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the package could not be made: ${stderr}`);
}
