// `npm run mutate`: changes the core's source in small ways, one at a time, and runs its tests, which should notice.
// Says which changes nobody noticed. The working tree is not touched: everything happens in copies.
//
//   --sample 150   how many of all mutants, drawn by the seed (0: all)      --seed 1
//   --only run/    files whose path has this in it                          --jobs 2   at once
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, constants, tmpdir } from "node:os";
import path from "node:path";
import { randomFrom } from "../packages/core/src/policy/index.ts";
import { readArguments, wholeNumber } from "./arguments.mjs";
import { type Mutant, mutantsOf } from "./mutants.ts";

const ROOT = path.join(import.meta.dirname, "..");
const CORE = "packages/core/src";
/** What is changed, and the folders whose tests must notice. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  run: ["run"],
  graph: ["graph", "run"],
  plan: ["plan"],
  policy: ["policy", "run"],
};
/** A mutant that loops for ever is noticed by its time: so many times what the tests need without any change. */
const PATIENCE = 5;
const LEAST_LIMIT_MS = 20_000;

interface Candidate extends Mutant {
  readonly room: string;
  /** Below the core's folder. */
  readonly file: string;
}

const USAGE = `usage: npm run mutate -- [--sample N] [--seed N] [--only PART] [--jobs N]
  --sample N    so many of all mutants, drawn by the seed (150; 0: all)
  --seed N      of the draw (1)
  --only PART   of files whose path has this in it
  --jobs N      so many at once (2 at most by default)`;

/** What ends each of the tests that are running. */
const running = new Set<() => void>();

const options = readArguments(USAGE, {
  sample: { type: "string", default: "150" },
  seed: { type: "string", default: "1" },
  only: { type: "string", default: "" },
  jobs: { type: "string", default: String(Math.min(2, availableParallelism())) },
});
const sample = wholeNumber(USAGE, "sample", options.sample);
const jobs = wholeNumber(USAGE, "jobs", options.jobs, 1);

const all = candidates().filter(({ file }) => file.includes(options.only));
const chosen = draw(all, sample, options.seed);
console.log(`${chosen.length} of ${all.length} mutants, seed ${options.seed}`);
const survivors = await tryAll(chosen);
for (const { file, line, operator, before, after } of survivors) {
  console.log(`\nsurvived: ${CORE}/${file}:${line} (${operator})\n  - ${before}\n  + ${after}`);
}
const killed = chosen.length - survivors.length;
console.log(
  `\n${killed} of ${chosen.length} noticed: ${((100 * killed) / Math.max(1, chosen.length)).toFixed(1)} %`,
);

function candidates(): readonly Candidate[] {
  return Object.keys(ROOMS).flatMap((room) =>
    readdirSync(path.join(ROOT, CORE, room))
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "index.ts")
      .flatMap((name) => {
        const file = `${room}/${name}`;
        return mutantsOf(readFileSync(path.join(ROOT, CORE, file), "utf8")).map((mutant) => ({
          ...mutant,
          room,
          file,
        }));
      }),
  );
}

/** A sample that depends on the seed alone. */
function draw(from: readonly Candidate[], size: number, seed: string): readonly Candidate[] {
  if (size === 0) return from;
  const keyed = from.map((candidate, index) => ({ candidate, key: randomFrom(seed, index) }));
  return keyed
    .toSorted((left, right) => left.key - right.key)
    .slice(0, size)
    .map(({ candidate }) => candidate);
}

/** The mutants that no test noticed. */
async function tryAll(mutants: readonly Candidate[]): Promise<readonly Candidate[]> {
  const waiting = [...mutants];
  const survived: Candidate[] = [];
  const folder = mkdtempSync(path.join(tmpdir(), "gaia-mutate-"));
  endWithSignals(folder);
  const work = async (name: string): Promise<void> => {
    const copy = copyOf(path.join(folder, name));
    const startedAt = performance.now();
    if (!(await passes(copy, Object.keys(ROOMS), null)))
      throw new Error("the tests fail without any change; mend them first");
    const limitMs = Math.max(LEAST_LIMIT_MS, PATIENCE * (performance.now() - startedAt));
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const noticed = await isNoticed(copy, next, limitMs);
      if (!noticed) survived.push(next);
      process.stdout.write(noticed ? "." : "S");
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, (_, index) => work(String(index))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return survived;
}

/** Ctrl-C leaves neither tests nor copies behind. */
function endWithSignals(folder: string): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => {
      for (const end of running) end();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      process.exit(128 + constants.signals[signal]);
    });
}

function copyOf(folder: string): string {
  cpSync(path.join(ROOT, CORE), path.join(folder, CORE), { recursive: true });
  cpSync(path.join(ROOT, "package.json"), path.join(folder, "package.json"));
  // The projects of the root's own would hide what is left out by argument.
  writeFileSync(path.join(folder, "vitest.config.ts"), "export default { test: { testTimeout: 60_000 } };\n");
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  return folder;
}

async function isNoticed(copy: string, { file, room, source }: Candidate, limitMs: number): Promise<boolean> {
  const place = path.join(copy, CORE, file);
  const original = readFileSync(place, "utf8");
  writeFileSync(place, source);
  const noticed = !(await passes(copy, ROOMS[room] ?? [], limitMs));
  writeFileSync(place, original);
  return noticed;
}

/** Examples first, properties then: most mutants fall to the first within a second. */
async function passes(copy: string, rooms: readonly string[], limitMs: number | null): Promise<boolean> {
  const folders = rooms
    .map((room) => `${CORE}/${room}/`)
    .filter((folder) => existsSync(path.join(copy, folder)));
  const stages = [["--exclude=**/*.properties.test.ts"], ["--exclude=**/!(*.properties).test.ts"]];
  for (const stage of stages) if (!(await vitest(copy, [...folders, ...stage], limitMs))) return false;
  return true;
}

function vitest(copy: string, args: readonly string[], limitMs: number | null): Promise<boolean> {
  const program = path.join(ROOT, "node_modules/vitest/vitest.mjs");
  const fixed = [
    "run",
    "--bail=1",
    "--reporter=dot",
    "--pool=threads",
    "--no-isolate",
    "--maxWorkers=1",
    "--passWithNoTests",
  ];
  const child = spawn(process.execPath, ["--max-old-space-size=1024", program, ...fixed, ...args], {
    cwd: copy,
    stdio: "ignore",
    detached: true, // a group of its own, so that a mutant that never ends can be ended with its workers
  });
  const end = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  running.add(end);
  const timer = limitMs === null ? undefined : setTimeout(end, limitMs);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      clearTimeout(timer);
      running.delete(end);
      resolve(code === 0);
    });
  });
}
