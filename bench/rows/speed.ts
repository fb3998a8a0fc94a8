import { cpus } from "node:os";
import { ninja, shellLoop } from "../floors.ts";
import { type Lab, withLab } from "../lab.ts";
import { against, type Comparison, ms, quantile, type Result, result, ROUNDS, type Row } from "../row.ts";
import { chain, independent, layers, type Workload, workload } from "../workloads.ts";

/** V8 has compiled what is hot by then: until the thousandth task of a new server, each is a little faster. */
const WARM_TASKS = 1_000;

/** How fast runs go: the processes of the same work without Gaia are the floor. */

/** Three processes one after the other: POST until the result is read. The floor is the processes alone. */
const threeTasks: Row = {
  name: "three-tasks",
  run: () =>
    withLab(async (lab) => {
      await lab.keep(workload("three", "true", chain(3)).definition);
      await warmUp(lab, "three", 3);
      const walls: number[] = [];
      const { floor, gaia } = await against(
        lab,
        async () => {
          for (let count = 0; count < 40; count++) walls.push(await lab.timed("three"));
          return quantile(walls.slice(-40), 0.5);
        },
        () => perItem(shellLoop(90), 30),
      );
      const median = quantile(walls, 0.5);
      return [
        {
          what: "three tasks `true`, POST → result read: median, p95",
          gaia: `${ms(median)}, ${ms(quantile(walls, 0.95))}`,
          against: `\`sh -c true\` three times ${ms(floor.wallMs)}`,
          ratio: `${((median - 4) / floor.wallMs).toFixed(2)} × + 4 ms`,
          cpu: `${ms(gaia.cpuMs / 40)} : ${ms(floor.cpuMs)}`,
          reach: "≤ 1.5 × + 4 ms",
        },
      ];
    }),
};

const chainOf100: Row = {
  name: "chain",
  run: () =>
    compared(workload("chain", "true", chain(100)), 100, (found, firstMs) => {
      const line = result("a chain of 100 tasks `true`, a step", found, "ninja", "≤ 1.5 ms a step", 100);
      return [{ ...line, gaia: `${line.gaia}; the first run of a new server ${ms(firstMs / 100)}` }];
    }),
};

const pythons: Row = {
  name: "python",
  run: () =>
    compared(
      workload("python", "python3 -S -c 'f=lambda n: n if n<2 else f(n-1)+f(n-2); f(10)'", independent(40)),
      40,
      (found) => [result("40 light Python processes in one run", found, "ninja", "≤ 1.3 ×")],
    ),
};

const manyTasks: Row = {
  name: "5000",
  run: () =>
    compared(workload("many", "true", independent(5_000)), 5_000, (found) => [
      result(
        "5,000 tasks `true` in one run, each durable, logged, in a session of its own",
        found,
        "ninja",
        "≤ 1.3 ×",
      ),
      shares(found, 5_000 * ROUNDS),
    ]),
};

/** Real-looking: each task waits for three others and works a little. */
const realGraph: Row = {
  name: "graph",
  run: () =>
    compared(
      workload("graph", "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); done", layers(1_000, 50)),
      1_000,
      (found) => [
        result("1,000 tasks of a few ms in 20 layers, three dependencies each", found, "ninja", "≤ 1.2 ×"),
      ],
    ),
};

const burst: Row = {
  name: "burst",
  run: () =>
    withLab(async (lab) => {
      const runs = 200;
      await lab.keep(workload("three", "true", chain(3)).definition);
      for (let done = 0; done < WARM_TASKS; done += 3 * runs) await allAtOnce(lab, "three", runs);
      const tasks = Array.from({ length: runs }, (_, run) => chain(3, `run${run}.`)).flat();
      const found = await against(
        lab,
        () => allAtOnce(lab, "three", runs),
        () => ninja(workload("burst", "true", tasks).build),
      );
      const line = result(`${runs} runs of three tasks \`true\` at once`, found, "ninja, 600 commands", "");
      return [{ ...line, gaia: `${line.gaia}, ${((runs * 1_000) / found.gaia.wallMs).toFixed(0)} runs/s` }];
    }),
};

/** Cost of a job in a large run against a small one. */
const largeRun: Row = {
  name: "large",
  run: () =>
    withLab(async (lab) => {
      const sizes = { large: 99_000, small: 1_000 } as const;
      const perJob = async (count: number): Promise<number> => {
        const before = lab.cpu().server;
        await lab.timed(`wide-${count}`);
        return (lab.cpu().server - before) / count;
      };
      for (const count of Object.values(sizes)) await lab.keep(wide(count));
      await perJob(sizes.small);
      const small: number[] = [];
      for (let round = 0; round < ROUNDS; round++) small.push(await perJob(sizes.small));
      const large = await perJob(sizes.large);
      const least = Math.min(...small);
      return [
        {
          what: "server's CPU per job of a run of 99,000 jobs, once",
          gaia: ms(large),
          against: `a run of 1,000 jobs ${ms(least)}`,
          ratio: `${(large / least).toFixed(2)} ×`,
          cpu: "",
          reach: "≤ 2 ×",
        },
      ];
    }),
};

export const SPEED_ROWS: readonly Row[] = [
  threeTasks,
  chainOf100,
  pythons,
  manyTasks,
  realGraph,
  burst,
  largeRun,
];

/** Gaia warmed up, then rounds of Gaia and ninja. */
function compared(
  work: Workload,
  tasks: number,
  lines: (found: Comparison, firstMs: number) => readonly Result[],
): Promise<readonly Result[]> {
  return withLab(async (lab) => {
    const name = /^name: (.*)/.exec(work.definition)?.[1] ?? "";
    await lab.keep(work.definition);
    const firstMs = await warmUp(lab, name, tasks);
    return lines(
      await against(
        lab,
        () => lab.timed(name),
        () => ninja(work.build),
      ),
      firstMs,
    );
  });
}

/** Runs a pipeline until enough tasks have run. Answers the milliseconds of the first run. */
async function warmUp(lab: Lab, pipeline: string, tasks: number): Promise<number> {
  const firstMs = await lab.timed(pipeline);
  for (let done = tasks; done < WARM_TASKS; done += tasks) await lab.timed(pipeline);
  return firstMs;
}

async function allAtOnce(lab: Lab, name: string, count: number): Promise<number> {
  const startedAt = performance.now();
  const ids = await Promise.all(Array.from({ length: count }, () => lab.startKept(name)));
  const ended = await Promise.all(ids.map((id) => lab.ended(id)));
  const wallMs = performance.now() - startedAt;
  const bad = ended.filter(({ status }) => status !== "completed").length;
  if (bad > 0) throw new Error(`${bad} of ${count} runs have not completed`);
  return wallMs;
}

function wide(count: number): string {
  const items = Array.from({ length: count }, (_, index) => index).join(",");
  return `name: wide-${count}\ntasks:\n  - id: all\n    for_each: [${items}]\n    command: "true"\n`;
}

function shares({ parts }: Comparison, jobs: number): Result {
  const each = (value: number): string => `${(value / jobs).toFixed(3)} ms`;
  const { server, worker, launcher } = parts;
  return {
    what: "of it Gaia's own CPU per task",
    gaia: each(server + worker + launcher),
    against: "",
    ratio: "",
    cpu: `server ${each(server)}, worker ${each(worker)}, launcher ${each(launcher)}, the tasks ${each(parts.jobs)}`,
    reach: `${cpus().length} cores`,
  };
}

function perItem<T extends { readonly wallMs: number; readonly cpuMs: number }>(cost: T, items: number): T {
  return { ...cost, wallMs: cost.wallMs / items, cpuMs: cost.cpuMs / items };
}
