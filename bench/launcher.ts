/**
 * 5,000 × `sh -c true` through the launcher, each in a session of its own, with a log file, a journaled start and
 * end, against ninja with the same 5,000 commands in the same run.
 *
 *     node bench/launcher.ts [--jobs 5000] [--slots 4,8] [--rounds 5] [--cgroup limits] [--spawner koffi]
 *
 * Rounds are interleaved and the minimum counts: on a shared machine the smallest wall time is the least disturbed.
 * CPU is that of the whole tree: jobs, launcher and the client in this process.
 * Every round works in a fresh folder; all of them are removed at the very end, because removing thousands of files
 * slows the creation of the next ones (measured: three times).
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { SpawnerName } from "@gaia/launcher";
import { openProcesses } from "@gaia/worker/processes/index.ts";

const { values } = parseArgs({
  options: {
    jobs: { type: "string", default: "5000" },
    slots: { type: "string", default: "4,8" },
    rounds: { type: "string", default: "5" },
    cgroup: { type: "string" },
    spawner: { type: "string", default: "koffi" },
  },
});
const jobs = Number(values.jobs);
const folder = mkdtempSync(join(tmpdir(), "gaia-bench-launcher-"));

interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

const costs = new Map<string, Cost[]>();
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    note("ninja", runNinja(join(folder, `ninja-${round}`)));
    for (const slots of values.slots.split(",").map(Number)) {
      note(`launcher, ${slots} slots`, await runLauncher(join(folder, `launcher-${round}-${slots}`), slots));
    }
  }
  report();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function note(name: string, cost: Cost): void {
  costs.set(name, [...(costs.get(name) ?? []), cost]);
}

function report(): void {
  const least = (name: string, what: keyof Cost) =>
    Math.min(...(costs.get(name) ?? []).map((cost) => cost[what]));
  for (const [name, rounds] of costs) {
    const ratio = (what: keyof Cost) => (least(name, what) / least("ninja", what)).toFixed(2);
    const wall = `${(least(name, "wallMs") / 1000).toFixed(2)} s (${ratio("wallMs")} x ninja)`;
    const cpu = `${(least(name, "cpuMs") / jobs).toFixed(2)} ms CPU a job (${ratio("cpuMs")} x)`;
    console.log(name.padEnd(18), wall, cpu, rounds.map((cost) => (cost.wallMs / 1000).toFixed(2)).join(" "));
  }
}

function runNinja(build: string): Cost {
  mkdirSync(build);
  const targets = Array.from({ length: jobs }, (_, index) => `build job${index}: job`);
  writeFileSync(join(build, "build.ninja"), ["rule job", "  command = true", ...targets, ""].join("\n"));
  execFileSync("sync");
  const beganMs = performance.now();
  const times = execFileSync("sh", ["-c", "ninja -C $0 --quiet >/dev/null && times", build], {
    encoding: "utf8",
  });
  const wallMs = performance.now() - beganMs;
  // The second line of `times` is what the children used: 0m1.20s 0m0.15s.
  const used = [...(times.split("\n")[1] ?? "").matchAll(/(\d+)m([\d.]+)s/g)];
  return { wallMs, cpuMs: used.reduce((sum, [, m, sec]) => sum + (Number(m) * 60 + Number(sec)) * 1000, 0) };
}

async function runLauncher(home: string, slots: number): Promise<Cost> {
  mkdirSync(home);
  const processes = openProcesses({
    socketPath: join(home, "socket"),
    journalPath: join(home, "journal"),
    logPath: join(home, "log"),
    slots,
    spawner: spawnerFrom(values.spawner),
    ...(values.cgroup !== undefined && { extraArguments: ["--cgroup", values.cgroup] }),
  });
  const { pid } = await processes.ready();
  execFileSync("sync");
  const env = { PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: home, LANG: "C.UTF-8", GAIA_RUN_ID: "run" };
  const cpuBefore = treeCpuMs(pid);
  const beganMs = performance.now();
  const failed = await new Promise<number>((resolve) => {
    let open = jobs;
    let failures = 0;
    processes.onExited((batch) => {
      failures += batch.filter((end) => end.code !== 0).length;
      open -= batch.length;
      processes.forget(batch.map((end) => end.attempt));
      if (open === 0) resolve(failures);
    });
    for (let index = 0; index < jobs; index++) {
      const logPath = join(home, "jobs", String(Math.floor(index / 1000)), `${index}.log`);
      processes.start({
        attempt: `attempt_${index}`,
        argv: ["sh", "-c", "true"],
        env,
        cwd: home,
        logPath,
        meta: { index },
      });
    }
  });
  const cost = { wallMs: performance.now() - beganMs, cpuMs: treeCpuMs(pid) - cpuBefore };
  await processes.shutdown();
  if (failed > 0) throw new Error(`${failed} of ${jobs} jobs failed`);
  return cost;
}

/** The launcher, the children that it has reaped, and this process. */
function treeCpuMs(launcherPid: number): number {
  const fields = readFileSync(`/proc/${launcherPid}/stat`, "latin1")
    .replace(/^.*\) /, "")
    .split(" ");
  const own = process.cpuUsage();
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return ticks * 10 + (own.user + own.system) / 1000;
}

function spawnerFrom(name: string): SpawnerName {
  if (name !== "koffi" && name !== "node") throw new Error(`--spawner must be koffi or node, not ${name}`);
  return name;
}
