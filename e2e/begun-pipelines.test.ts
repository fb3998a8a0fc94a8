import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { builtProgram } from "@gaia/contracts/program-build.ts";
import { TEMPLATE_LANGUAGES } from "@gaia/cli/init/languages.ts";
import { ROOT } from "../tools/rooms.ts";

// What `gaia init pipeline` writes does what it says: its commands run it and test it, and Gaia builds it.

/** Cold, on a slow machine whose registry is slow as well. */
const MOST_MS = 1_200_000;

const folder = mkdtempSync(join(tmpdir(), "gaia-begun-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** Downloads are kept from one run of the tests to the next. */
const cache = join(ROOT, "node_modules", ".cache", "gaia-builder");

interface Ran {
  readonly status: number;
  readonly out: string;
}

function perform(file: string, args: readonly string[], cwd: string, env = process.env): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(file, args, { cwd, env, maxBuffer: 64 << 20 }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code ?? 1), out: stdout + stderr }),
    );
  });
}

function gaia(...words: readonly string[]): Promise<Ran> {
  return perform(process.execPath, [join(ROOT, "packages/cli/src/main.ts"), ...words], folder);
}

interface Built extends Ran {
  readonly id: string;
}

async function build(source: string, ...more: readonly string[]): Promise<Built> {
  const output = join(folder, "output");
  writeFileSync(output, "");
  const words = ["build", "--source", source, "--builds", join(folder, "builds"), "--cache", cache, ...more];
  const main = join(ROOT, "packages/builder/src/main.ts");
  const env = { ...process.env, GAIA_OUTPUT: output };
  const ran = await perform(process.execPath, [main, ...words], folder, env);
  return { ...ran, id: /^build=(.*)$/m.exec(readFileSync(output, "utf8"))?.[1] ?? "" };
}

test.each(TEMPLATE_LANGUAGES)(
  "a pipeline that was begun in $title runs, passes its test, and is built",
  async ({ name, sdk, run, test: check }) => {
    const begun = await gaia("init", "pipeline", "--lang", name, `release-${name}`);
    expect(begun.status, begun.out).toBe(0);
    const source = join(folder, `release-${name}`);
    const env = { ...process.env, MAVEN_ARGS: `-Dmaven.repo.local=${join(cache, "maven")}` };
    for (const command of [run, check]) {
      const ran = await perform("sh", ["-c", mavenHere(command)], source, env);
      expect(ran.status, ran.out).toBe(0);
    }
    const built = await build(source);
    expect(built.status, built.out).toBe(0);
    const file = join(folder, "builds", built.id, "program.json");
    const program = builtProgram.parse(JSON.parse(readFileSync(file, "utf8")));
    expect(program.sdk).toMatch(new RegExp(`^gaia-${sdk}/`));
    expect(program.jobs).toHaveLength(3);
    // What these commands left is no part of the sources, npm's lockfile apart: they are as if nobody had typed them.
    const clean = join(folder, "clean", `release-${name}`);
    expect((await gaia("init", "pipeline", "--lang", name, clean)).status).toBe(0);
    const lockfile = join(source, "package-lock.json");
    if (existsSync(lockfile)) cpSync(lockfile, join(clean, "package-lock.json"));
    expect((await build(clean)).id).toBe(built.id);
  },
  MOST_MS,
);

/** Maven before 3.9 does not read MAVEN_ARGS. */
function mavenHere(command: string): string {
  return command.replaceAll("mvn -q", "mvn -q $MAVEN_ARGS");
}

test(
  "C++ is built by CMake where there is no makefile",
  async () => {
    const source = join(folder, "cmake");
    expect((await gaia("init", "pipeline", "--lang", "cpp", "cmake")).status).toBe(0);
    rmSync(join(source, "Makefile"));
    writeFileSync(
      join(source, "CMakeLists.txt"),
      `cmake_minimum_required(VERSION 3.16)
project(pipeline CXX)
add_subdirectory(gaia-sdk)
add_executable(pipeline main.cpp pipeline.cpp)
target_link_libraries(pipeline gaia::gaia)
`,
    );
    const built = await build(source);
    expect(built.status, built.out).toBe(0);
    expect(existsSync(join(folder, "builds", built.id, "pipeline.out"))).toBe(true);
  },
  MOST_MS,
);

test(
  "a pipeline in a folder of a repository is built there, and one beside it is none of it",
  async () => {
    const repository = join(folder, "several");
    mkdirSync(repository);
    expect((await gaia("init", "pipeline", "--lang", "ruby", "several/release")).status).toBe(0);
    cpSync(join(repository, "release"), join(repository, "nightly"), { recursive: true });
    const asked = await build(repository);
    expect(asked.out).toContain("these folders may: nightly (ruby), release (ruby)");
    expect(asked.status).toBe(1);
    const first = await build(repository, "--folder", "release");
    expect(first.status, first.out).toBe(0);
    writeFileSync(join(repository, "nightly", "lib", "more.rb"), "");
    expect((await build(repository, "--folder", "release")).id).toBe(first.id);
    expect((await build(repository, "--folder", "nightly")).id).not.toBe(first.id);
  },
  MOST_MS,
);
