/**
 * 5,000 × `sh -c true` through the launcher, each in a session of its own, with a log file, a journaled start and
 * end, against ninja with the same 5,000 commands in the same run.
 *
 *     node bench/launcher.ts [--jobs 5000] [--slots 4,8] [--rounds 5] [--cgroup limits] [--spawner koffi]
 *
 * Rounds are interleaved and the minimum counts: on a shared machine the smallest wall time is the least disturbed.
 * Every round works in a fresh folder; all of them are removed at the very end, because removing thousands of files
 * slows the creation of the next ones (measured: three times).
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

const times = new Map<string, number[]>();
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

function note(name: string, ms: number): void {
  times.set(name, [...(times.get(name) ?? []), ms]);
}

function report(): void {
  const least = (name: string) => Math.min(...(times.get(name) ?? []));
  const ninja = least("ninja");
  for (const name of times.keys()) {
    const ms = least(name);
    const rounds = (times.get(name) ?? []).map((time) => (time / 1000).toFixed(2)).join(" ");
    console.log(
      `${name.padEnd(20)} ${(ms / 1000).toFixed(2)} s  ${(ms / ninja).toFixed(2)} x ninja  (${rounds})`,
    );
  }
}

function runNinja(build: string): number {
  mkdirSync(build);
  const targets = Array.from({ length: jobs }, (_, index) => `build job${index}: job`);
  writeFileSync(join(build, "build.ninja"), ["rule job", "  command = true", ...targets, ""].join("\n"));
  execFileSync("sync");
  const beganMs = performance.now();
  execFileSync("ninja", ["-C", build, "--quiet"], { stdio: "ignore" });
  return performance.now() - beganMs;
}

async function runLauncher(home: string, slots: number): Promise<number> {
  mkdirSync(home);
  const processes = openProcesses({
    socketPath: join(home, "socket"),
    journalPath: join(home, "journal"),
    logPath: join(home, "log"),
    slots,
    spawner: spawnerFrom(values.spawner),
    ...(values.cgroup !== undefined && { extraArguments: ["--cgroup", values.cgroup] }),
  });
  await processes.ready();
  execFileSync("sync");
  const env = { PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: home, LANG: "C.UTF-8", GAIA_RUN_ID: "run" };
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
  const ms = performance.now() - beganMs;
  await processes.shutdown();
  if (failed > 0) throw new Error(`${failed} of ${jobs} jobs failed`);
  return ms;
}

function spawnerFrom(name: string): SpawnerName {
  if (name !== "koffi" && name !== "node") throw new Error(`--spawner must be koffi or node, not ${name}`);
  return name;
}
