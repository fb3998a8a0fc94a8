import { type ChildProcess, execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
export const SCRIPTED = fileURLToPath(
  new URL("../../../program/src/testing/scripted-program.ts", import.meta.url),
);

export interface Ran {
  /** Null: it was ended by a signal. */
  readonly status: number | null;
  readonly out: string;
  /** Of `$GAIA_OUTPUT`. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** A builder that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
}

/** The builder as a process, with folders of its own. */
export interface Builder {
  readonly folder: string;
  readonly builds: string;
  readonly cache: string;
  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ran>;
  start(args: readonly string[], environment?: Readonly<Record<string, string>>): Running;
  /** The words of a build of these sources. */
  words(source: string, ...more: readonly string[]): readonly string[];
  build(source: string, ...more: readonly string[]): Promise<Ran>;
  /** A source tree, by paths and contents. */
  source(name: string, files: Readonly<Record<string, string>>): string;
}

/** Where tests of real toolchains keep downloads: they take minutes. */
const DOWNLOADS = fileURLToPath(new URL("../../../../node_modules/.cache/gaia-builder/", import.meta.url));

/** Folders for a file of tests; they are removed behind it. */
export function testBuilder(options: { readonly keepsDownloads?: boolean } = {}): Builder {
  const folder = mkdtempSync(join(tmpdir(), "gaia-builder-"));
  const builds = join(folder, "builds");
  const cache = options.keepsDownloads === true ? DOWNLOADS : join(folder, "cache");
  let runs = 0;
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const start: Builder["start"] = (args, environment = {}) => {
    const output = join(folder, `output-${(runs += 1)}`);
    writeFileSync(output, "");
    const env = { ...process.env, ...environment, GAIA_OUTPUT: output };
    let told: (ran: Ran) => void = () => {};
    const ended = new Promise<Ran>((resolve) => {
      told = resolve;
    });
    const options = { env, maxBuffer: 256 << 20 };
    const child = execFile(process.execPath, [MAIN, ...args], options, (_, stdout, stderr) =>
      told({ status: child.exitCode, out: stdout + stderr, outputs: outputsIn(output) }),
    );
    return { child, ended };
  };
  const words: Builder["words"] = (source, ...more) => [
    ...["build", "--source", source, "--builds", builds, "--cache", cache],
    ...more,
  ];
  return {
    folder,
    builds,
    cache,
    start,
    words,
    run: (args, environment) => start(args, environment).ended,
    build: (source, ...more) => start(words(source, ...more)).ended,
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
