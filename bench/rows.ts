import { spawn, spawnSync } from "node:child_process";
import { cpuMs, Lab, minimum, ninjaMs, pssMiB, quantile, readText, until } from "./lab.ts";

/** One line of the table. */
export interface Result {
  readonly what: string;
  readonly gaia: string;
  readonly against: string;
  readonly ratio: string;
  readonly reach: string;
}

export interface Row {
  readonly name: string;
  readonly run: () => Promise<readonly Result[]>;
}

const ROUNDS = Number(process.env["GAIA_BENCH_ROUNDS"] ?? 5);

/** Interleaved rounds: what else the machine does hits both sides alike. Minima are compared. */
async function against(
  gaia: () => Promise<number>,
  floor: () => Promise<number> | number,
): Promise<{ readonly gaiaMs: number; readonly floorMs: number }> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    theirs.push(await floor());
    ours.push(await gaia());
  }
  return { gaiaMs: minimum(ours), floorMs: minimum(theirs) };
}

function result(what: string, gaiaMs: number, floorMs: number, floorName: string, reach: string): Result {
  return {
    what,
    gaia: ms(gaiaMs),
    against: `${floorName} ${ms(floorMs)}`,
    ratio: `${(gaiaMs / floorMs).toFixed(2)} ×`,
    reach,
  };
}

function ms(value: number): string {
  return value >= 1_000 ? `${(value / 1_000).toFixed(2)} s` : `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

/** Runs `use` with a Gaia of its own. */
async function withLab<T>(use: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = new Lab();
  try {
    await lab.start();
    return await use(lab);
  } finally {
    await lab.stop();
  }
}

async function timed(lab: Lab, name: string): Promise<number> {
  const startedAt = performance.now();
  const run = await lab.ended(await lab.startKept(name));
  if (run.status !== "completed") throw new Error(`${name} has ${run.status}`);
  return performance.now() - startedAt;
}

function tasks(count: number, task: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => task(index)).join("");
}

function chain(name: string, length: number): string {
  return `name: ${name}\ntasks:\n${tasks(length, (index) => `  - id: s${index}\n    command: "true"\n    dependencies: [${index === 0 ? "" : `s${index - 1}`}]\n`)}`;
}

function ninjaChain(length: number): string {
  return `rule r\n  command = true\n${tasks(length, (index) => `build o${index}: r ${index === 0 ? "" : `o${index - 1}`}\n`)}`;
}

/** Three processes one after the other: POST until the result is read. The floor is the processes alone. */
const threeTasks: Row = {
  name: "three-tasks",
  run: () =>
    withLab(async (lab) => {
      await lab.keep(chain("three", 3));
      for (let warm = 0; warm < 30; warm++) await timed(lab, "three");
      const times: number[] = [];
      for (let index = 0; index < 200; index++) times.push(await timed(lab, "three"));
      const floor = await shellLoop(300);
      const median = quantile(times, 0.5);
      return [
        {
          what: "three shell tasks, POST → result read, median",
          gaia: ms(median),
          against: `sh -c true × 3 ${ms(floor * 3)}`,
          ratio: `${((median - 4) / (floor * 3)).toFixed(2)} × + 4 ms`,
          reach: "≤ 1.5 × + 4 ms",
        },
        { what: "the same, p95", gaia: ms(quantile(times, 0.95)), against: "", ratio: "", reach: "" },
      ];
    }),
};

const chainOf100: Row = {
  name: "chain",
  run: () =>
    withLab(async (lab) => {
      await lab.keep(chain("chain", 100));
      await timed(lab, "chain");
      const { gaiaMs, floorMs } = await against(
        () => timed(lab, "chain"),
        () => ninjaMs(ninjaChain(100)),
      );
      return [
        {
          ...result("a chain of 100 `true`, a step", gaiaMs / 100, floorMs / 100, "ninja", "≤ 1.5 ms"),
          reach: "≤ 1.5 ms a step",
        },
      ];
    }),
};

const manyTasks: Row = {
  name: "5000",
  run: () =>
    withLab(async (lab) => {
      await lab.keep(
        `name: many\ntasks:\n${tasks(5_000, (index) => `  - id: j${index}\n    command: "true"\n`)}`,
      );
      await timed(lab, "many");
      const build = `rule r\n  command = true\n${tasks(5_000, (index) => `build o${index}: r\n`)}`;
      const { gaiaMs, floorMs } = await against(
        () => timed(lab, "many"),
        () => ninjaMs(build),
      );
      return [
        result(
          "5,000 × `true`, each durable, logged, in its own session",
          gaiaMs,
          floorMs,
          "ninja",
          "≤ 1.3 ×",
        ),
        ...cpuResults(lab),
      ];
    }),
};

/** Real-looking: layers of jobs that depend on three of the layer before and work a little. */
const realGraph: Row = {
  name: "graph",
  run: () =>
    withLab(async (lab) => {
      const dependencies = (index: number): number[] =>
        index < 50
          ? []
          : [1, 2, 3]
              .map((step) => index - 50 + ((index * step * 7) % 50) - (index % 50))
              .map((number) => Math.max(0, number));
      const unique = (index: number): number[] => [...new Set(dependencies(index))];
      const work = "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); done";
      await lab.keep(
        `name: graph\ntasks:\n${tasks(
          1_000,
          (index) =>
            `  - id: j${index}\n    command: "${work}"\n    dependencies: [${unique(index)
              .map((number) => `j${number}`)
              .join(", ")}]\n`,
        )}`,
      );
      await timed(lab, "graph");
      const build = `rule r\n  command = ${work.replaceAll("$", "$$")}\n${tasks(
        1_000,
        (index) =>
          `build o${index}: r ${unique(index)
            .map((number) => `o${number}`)
            .join(" ")}\n`,
      )}`;
      const { gaiaMs, floorMs } = await against(
        () => timed(lab, "graph"),
        () => ninjaMs(build),
      );
      return [result("1,000 jobs with dependencies that work a little", gaiaMs, floorMs, "ninja", "≤ 1.2 ×")];
    }),
};

const pythons: Row = {
  name: "python",
  run: () =>
    withLab(async (lab) => {
      const program = "python3 -S -c 'f=lambda n: n if n<2 else f(n-1)+f(n-2); f(10)'";
      await lab.keep(
        `name: py\ntasks:\n${tasks(40, (index) => `  - id: j${index}\n    command: "${program}"\n`)}`,
      );
      await timed(lab, "py");
      const build = `rule r\n  command = ${program}\n${tasks(40, (index) => `build o${index}: r\n`)}`;
      const { gaiaMs, floorMs } = await against(
        () => timed(lab, "py"),
        () => ninjaMs(build),
      );
      return [result("40 light Python processes in one run", gaiaMs, floorMs, "ninja", "≤ 1.3 ×")];
    }),
};

const burst: Row = {
  name: "burst",
  run: () =>
    withLab(async (lab) => {
      await lab.keep(chain("three", 3));
      await timed(lab, "three");
      const all = async (): Promise<number> => {
        const startedAt = performance.now();
        const ids = await Promise.all(Array.from({ length: 200 }, () => lab.startKept("three")));
        await Promise.all(ids.map((id) => lab.ended(id)));
        return performance.now() - startedAt;
      };
      const build = `rule r\n  command = true\n${tasks(200, (run) => tasks(3, (step) => `build o${run}.${step}: r ${step === 0 ? "" : `o${run}.${step - 1}`}\n`))}`;
      const { gaiaMs, floorMs } = await against(all, () => ninjaMs(build));
      return [
        {
          ...result("200 runs of three shell tasks at once", gaiaMs, floorMs, "ninja, 600 commands", ""),
          reach: `${(200_000 / gaiaMs).toFixed(0)} runs/s`,
        },
      ];
    }),
};

/** Cost of one event in a large run against a small one: a chain inside of a run with many other pending jobs. */
const largeRun: Row = {
  name: "large",
  run: () =>
    withLab(async (lab) => {
      const width = (count: number): string =>
        `name: w${count}\ntasks:\n  - id: all\n    for_each: [${Array.from({ length: count }, (_, index) => index).join(",")}]\n    command: "true"\n`;
      const perJob = async (count: number): Promise<number> => {
        await lab.keep(width(count));
        const before = cpuMs(lab.serverPid);
        await timed(lab, `w${count}`);
        return (cpuMs(lab.serverPid) - before) / count;
      };
      await perJob(1_000);
      const small = minimum([await perJob(1_000), await perJob(1_000)]);
      const large = await perJob(50_000);
      return [
        result(
          "server CPU per job, in a run of 50,000 against one of 1,000",
          large,
          small,
          "1,000 jobs:",
          "≤ 2 ×",
        ),
      ];
    }),
};

const kills: Row = {
  name: "kills",
  run: async () => {
    const results: Result[] = [];
    for (const part of ["worker", "server", "both"] as const) {
      results.push(await withLab((lab) => killed(lab, part)));
    }
    return results;
  },
};

/** Ten steps of 300 ms; killed in the fifth. The gap is what is beyond the step itself. */
async function killed(lab: Lab, part: "server" | "worker" | "both"): Promise<Result> {
  const file = `${lab.home}/steps`;
  const step = (index: number): string =>
    `  - id: s${index}\n    command: "sleep 0.3; date +%s%N >> ${file}"\n    dependencies: [${index === 0 ? "" : `s${index - 1}`}]\n`;
  const id = await lab.run(`name: steps\ntasks:\n${tasks(10, step)}`);
  const lines = (): string[] =>
    readText(file)
      .split("\n")
      .filter((line) => line !== "");
  await until(() => Promise.resolve(lines().length >= 4));
  if (part !== "server") for (const pid of lab.pids("worker")) process.kill(pid, "SIGKILL");
  if (part !== "worker") {
    process.kill(lab.serverPid, "SIGKILL");
    await lab.start();
  }
  const run = await lab.ended(id);
  const times = lines().map((line) => Number(BigInt(line) / 1_000_000n));
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time) - 300);
  return {
    what: `${part} killed with a running job: longest gap, steps executed`,
    gaia: `${ms(Math.max(...gaps))}, ${times.length} of 10 (${run.status})`,
    against: "",
    ratio: "",
    reach: "≤ 0.5 s, 10",
  };
}

const footprint: Row = {
  name: "footprint",
  run: async () => {
    const lab = new Lab();
    try {
      await lab.start();
      await lab.stop();
      const again = new Lab();
      const readyMs = await again.start();
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      const server = pssMiB(again.serverPid);
      const hands = [...again.pids("worker"), ...again.pids("launcher")]
        .map(pssMiB)
        .reduce((sum, value) => sum + value, 0);
      await again.stop();
      return [
        {
          what: "server ready, from source with a warm cache",
          gaia: ms(readyMs),
          against: "",
          ratio: "",
          reach: "≤ 1 s",
        },
        { what: "idle: server", gaia: `${server.toFixed(0)} MiB`, against: "", ratio: "", reach: "≤ 120 MB" },
        {
          what: "idle: worker + launcher",
          gaia: `${hands.toFixed(0)} MiB`,
          against: "",
          ratio: "",
          reach: "≤ 100 MB",
        },
      ];
    } finally {
      await lab.stop();
    }
  },
};

const bigLog: Row = {
  name: "log",
  run: () =>
    withLab(async (lab) => {
      const before = { server: pssMiB(lab.serverPid), worker: pssMiB(lab.pids("worker")[0] ?? 0) };
      const id = await lab.run(
        `name: log\ntasks:\n  - id: big\n    command: "head -c 1000000000 /dev/zero | tr '\\\\0' 'x' | fold -w 100"\n    log: { max: 2GB }\n`,
      );
      await lab.ended(id);
      const startedAt = performance.now();
      await lab.get(`/api/v1/runs/${id}/jobs/big/log?tail=10000`);
      const tailMs = performance.now() - startedAt;
      const server = pssMiB(lab.serverPid) - before.server;
      const worker = pssMiB(lab.pids("worker")[0] ?? 0) - before.worker;
      return [
        {
          what: "a job printed 1 GB: server, worker grew by",
          gaia: `${server.toFixed(0)}, ${worker.toFixed(0)} MiB`,
          against: "",
          ratio: "",
          reach: "flat",
        },
        { what: "tail of its log", gaia: ms(tailMs), against: "", ratio: "", reach: "≤ 200 ms" },
      ];
    }),
};

const stopping: Row = {
  name: "stop",
  run: () =>
    withLab(async (lab) => {
      const command =
        "setsid env -i sh -c 'trap : TERM; sleep 61 & sleep 61' & trap : TERM; sleep 61 & wait; sleep 61";
      const id = await lab.run(
        `name: stop\ntasks:\n  - id: hard\n    command: ${JSON.stringify(command)}\n    grace: 1s\n`,
      );
      const count = (): number => Number(spawnText("pgrep", ["-c", "-f", "^sleep 61$"]));
      await until(() => Promise.resolve(count() >= 3));
      const startedAt = performance.now();
      await lab.call("POST", `/api/v1/runs/${id}/stop`, {});
      await lab.ended(id);
      const tookMs = performance.now() - startedAt;
      return [
        {
          what: "stop, grace 1 s, of what left its session and environment and ignores SIGTERM",
          gaia: `${ms(tookMs)}, ${count()} left`,
          against: "",
          ratio: "",
          reach: "≤ grace + 1 s, 0 left",
        },
      ];
    }),
};

export const ROWS: readonly Row[] = [
  threeTasks,
  chainOf100,
  pythons,
  manyTasks,
  realGraph,
  burst,
  largeRun,
  kills,
  stopping,
  bigLog,
  footprint,
];

function cpuResults(lab: Lab): readonly Result[] {
  const jobs = 5_000 * (ROUNDS + 1);
  const parts = [
    ["server", lab.serverPid],
    ["worker", lab.pids("worker")[0] ?? 0],
    ["launcher", lab.pids("launcher")[0] ?? 0],
  ] as const;
  const shares = parts.map(([name, pid]) => `${name} ${(cpuMs(pid) / jobs).toFixed(3)}`).join(", ");
  return [
    { what: "CPU of Gaia's own processes per job, ms", gaia: shares, against: "", ratio: "", reach: "" },
  ];
}

/** Milliseconds that one `sh -c true` takes when a shell starts many, one after the other. */
function shellLoop(count: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const shell = spawn("sh", ["-c", `i=0; while [ $i -lt ${count} ]; do sh -c true; i=$((i+1)); done`], {
      stdio: "ignore",
    });
    shell.once("error", reject);
    shell.once("exit", () => resolve((performance.now() - startedAt) / count));
  });
}

function spawnText(command: string, args: readonly string[]): string {
  return spawnSync(command, [...args], { encoding: "utf8" }).stdout;
}
