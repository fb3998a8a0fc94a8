import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const SCRIPTED = fileURLToPath(new URL("../../../program/src/testing/scripted-program.ts", import.meta.url));

export interface Ran {
  readonly status: number;
  readonly out: string;
  /** Of `$GAIA_OUTPUT`. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** The builder as a process, with folders of its own. */
export interface Builder {
  readonly folder: string;
  readonly builds: string;
  readonly cache: string;
  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ran>;
  build(source: string, ...more: readonly string[]): Promise<Ran>;
  /** A source tree, by paths and contents. */
  source(name: string, files: Readonly<Record<string, string>>): string;
}

/** Folders for a file of tests; they are removed behind it. */
export function testBuilder(): Builder {
  const folder = mkdtempSync(join(tmpdir(), "gaia-builder-"));
  const [builds, cache, output] = [join(folder, "builds"), join(folder, "cache"), join(folder, "output")];
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const run: Builder["run"] = (args, environment = {}) => {
    writeFileSync(output, "");
    return new Promise((resolve) => {
      const env = { ...process.env, ...environment, GAIA_OUTPUT: output };
      execFile(process.execPath, [MAIN, ...args], { env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
        const status = error === null ? 0 : Number(error.code ?? 1);
        resolve({ status, out: stdout + stderr, outputs: outputsIn(output) });
      });
    });
  };
  return {
    folder,
    builds,
    cache,
    run,
    build: (source, ...more) =>
      run(["build", "--source", source, "--builds", builds, "--cache", cache, ...more]),
    source(name, files) {
      const root = join(folder, "sources", name);
      mkdirSync(root, { recursive: true });
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), content);
      }
      return root;
    },
  };
}

/** A `gaia.yaml` whose program behaves as a scripted one, after these commands. */
export function scriptedPipeline(behaviour: string, ...commands: readonly string[]): string {
  const start = ["node", "--disable-warning=ExperimentalWarning", SCRIPTED, behaviour];
  return `build: ${JSON.stringify(commands)}\nstart: ${JSON.stringify(start)}\n`;
}

function outputsIn(file: string): Readonly<Record<string, string>> {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return Object.fromEntries(lines.map((line) => line.split("=") as [string, string]));
}
