import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "./lab.ts";
import { readText } from "./processes.ts";
import { headText, line, writeBetween } from "./table.ts";
import { chain, layers, workload } from "./workloads.ts";

// That the benchmark measures, not what: no time is asserted.

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gaia-bt-"));
});
afterEach(() => {
  // Nothing, unless a test has failed.
  for (const { pid } of processes()) process.kill(pid, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

describe("the program", () => {
  test("measures a row, prints it as a line of the table, and leaves nothing behind", async () => {
    const bench = start("--row", "three-tasks");
    expect(await bench.ended).toEqual({ code: 0, signal: null });
    expect(bench.output.stderr).toBe("  three-tasks …\n");
    expect(bench.output.stdout).toMatch(
      /^\| three tasks .* \| [\d.]+ (ms|s), [\d.]+ (ms|s) \| .* \| -?[\d.]+ × \+ 4 ms \| .* : .* \| ≤ 1\.5 × \+ 4 ms \|\n$/,
    );
    expect(left()).toEqual({ files: [], processes: [] });
  });

  test("an interrupted one takes its Gaia down", async () => {
    const bench = start("--row", "three-tasks");
    await until(() => Promise.resolve(processes().some(({ words }) => words.includes("/launcher/src/main"))));
    bench.child.kill("SIGINT");
    expect(await bench.ended).toEqual({ code: 130, signal: null });
    expect(left()).toEqual({ files: [], processes: [] });
  });

  test("an unknown row is refused with the rows there are; a part of the table is not written", async () => {
    for (const args of [
      ["--row", "nosuch"],
      ["--row", "chain", "--write"],
    ]) {
      const bench = start(...args);
      expect(await bench.ended).toEqual({ code: 2, signal: null });
      expect(bench.output.stderr).toMatch(
        /^.+\nusage: [^]*\nrows: three-tasks, chain, .*history, .*dashboard-runs\n$/,
      );
    }
  });
});

describe("the table", () => {
  test("a head has its rule, and a bar in a cell stays in its cell", () => {
    expect(headText(["a", "b"])).toBe("| a | b |\n| --- | --- |");
    expect(line(["a | b", "c"])).toBe("| a \\| b | c |");
  });

  test("is written between its marks, and nothing else changes", () => {
    const file = join(folder, "document.md");
    writeFileSync(
      file,
      "head\n<!-- table -->\nold\n<!-- /table -->\nmiddle\n<!-- peers -->\n<!-- /peers -->\n",
    );
    writeBetween(file, "table", "new");
    writeBetween(file, "table", "newer");
    expect(readFileSync(file, "utf8")).toBe(
      "head\n<!-- table -->\nnewer\n<!-- /table -->\nmiddle\n<!-- peers -->\n<!-- /peers -->\n",
    );
    expect(() => writeBetween(file, "nosuch", "new")).toThrow("has no <!-- nosuch -->");
  });

  test("the document has the marks of both tables", () => {
    const document = readFileSync(new URL("../docs/benchmarks.md", import.meta.url), "utf8");
    for (const mark of ["table", "peers"])
      expect(document).toMatch(new RegExp(`<!-- ${mark} -->[^]*<!-- /${mark} -->`));
  });
});

describe("workloads", () => {
  test("Gaia and ninja get the same tasks, dependencies and commands", () => {
    const { definition, build } = workload("two", 'echo "$((1+1))"', chain(2));
    expect(definition).toBe(
      'name: two\ntasks:\n  - id: step0\n    command: "echo \\"$((1+1))\\""\n    dependencies: []\n' +
        '  - id: step1\n    command: "echo \\"$((1+1))\\""\n    dependencies: [step0]\n',
    );
    expect(build).toBe('rule job\n  command = echo "$$((1+1))"\nbuild step0: job \nbuild step1: job step0\n');
  });

  test("in a layered graph each task waits for tasks of the layer before", () => {
    const tasks = layers(30, 10);
    expect(tasks.slice(0, 10).every(({ needs }) => needs.length === 0)).toBe(true);
    for (const [index, { needs }] of tasks.entries()) {
      const layer = Math.floor(index / 10);
      for (const need of needs) expect(Math.floor(Number(need.slice(3)) / 10)).toBe(layer - 1);
    }
  });
});

interface Started {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

/** All that the program makes is below `folder`: it can be seen whether something stays. */
function start(...args: readonly string[]): Started {
  const temporary = join(folder, "t");
  mkdirSync(temporary, { recursive: true });
  const { XDG_RUNTIME_DIR: _, ...environment } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...environment, TMPDIR: temporary, GAIA_BENCH_ROUNDS: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (part: Buffer) => (output[name] += part.toString("utf8")));
  const ended = new Promise<{ readonly code: number | null; readonly signal: string | null }>((resolve) =>
    child.once("close", (code, signal) => resolve({ code, signal })),
  );
  return { child, output, ended };
}

function left(): { readonly files: readonly string[]; readonly processes: readonly string[] } {
  return { files: readdirSync(join(folder, "t")), processes: processes().map(({ words }) => words) };
}

/** Processes whose command line names the test's folder. */
function processes(): readonly { readonly pid: number; readonly words: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({
      pid: Number(pid),
      words: readText(`/proc/${pid}/cmdline`).replaceAll("\0", " "),
    }))
    .filter(({ words }) => words.includes(folder));
}
