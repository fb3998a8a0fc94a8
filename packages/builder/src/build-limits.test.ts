import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { scriptedPipeline, testBuilder } from "./testing/builder.ts";

const builder = testBuilder();
const PATIENTLY = { timeout: 50_000, interval: 50 };

/** Nothing but locks and caches is left of builds that came to nothing. */
function left(): readonly string[] {
  const all = existsSync(builder.builds) ? readdirSync(builder.builds) : [];
  const work = existsSync(join(builder.builds, ".work")) ? readdirSync(join(builder.builds, ".work")) : [];
  return [...all, ...work].filter((name) => ![".work", "locks", "rebuilt"].includes(name));
}

/** Processes whose command line has a word in it. */
function processesWith(word: string): readonly string[] {
  return readdirSync("/proc").filter((id) => {
    try {
      return /^\d+$/.test(id) && readFileSync(join("/proc", id, "cmdline"), "utf8").includes(word);
    } catch {
      return false;
    }
  });
}

describe("a build that goes on and on", () => {
  test("is ended after its time, with what it started", async () => {
    const source = builder.source("loops", {
      "gaia.yaml": `${scriptedPipeline("good", "sleep 4217 & sleep 4218")}timeout: 1s\n`,
    });
    const { status, out } = await builder.build(source);
    expect(out).toContain("`sleep 4217 & sleep 4218` took longer than 1s. Give it longer");
    expect(status).toBe(1);
    expect([...processesWith("4217"), ...processesWith("4218"), ...left()]).toEqual([]);
  });

  test("is ended when it prints without end", async () => {
    const source = builder.source("prints", { "gaia.yaml": scriptedPipeline("good", "yes") });
    const { status, out } = await builder.build(source);
    expect(out.slice(-500)).toContain("printed more than 67,108,864 bytes (buildOutputBytes)");
    expect(status).toBe(1);
    expect(left()).toEqual([]);
  });

  test.each(["SIGTERM", "SIGINT"] as const)("is ended by %s, and nothing is left", async (signal) => {
    const begun = join(builder.folder, `begun-${signal}`);
    const command = `trap '' TERM INT; touch ${begun}; sleep 4219`;
    const source = builder.source(signal, { "gaia.yaml": scriptedPipeline("good", command) });
    const { child, ended } = builder.start(builder.words(source));
    await vi.waitFor(() => expect(existsSync(begun)).toBe(true), PATIENTLY);
    child.kill(signal);
    const { status, out, outputs } = await ended;
    expect(status).toBe({ SIGTERM: 143, SIGINT: 130 }[signal]);
    expect(out).toContain(`The build was ended (${signal}), and nothing is left of it.`);
    expect(outputs["error"]).toContain("was ended");
    expect([...processesWith("4219"), ...left()]).toEqual([]);
  });

  test("and whose builder is killed is swept by the next one", async () => {
    const begun = join(builder.folder, "begun-killed");
    const command = `[ -e ${begun} ] || { touch ${begun}; sleep 4220; }`;
    const source = builder.source("killed", { "gaia.yaml": scriptedPipeline("good", command) });
    const { child, ended } = builder.start(builder.words(source));
    await vi.waitFor(() => expect(existsSync(begun)).toBe(true), PATIENTLY);
    child.kill("SIGKILL");
    await ended;
    for (const id of processesWith("4220")) process.kill(Number(id), "SIGKILL");
    expect(left().length).toBeGreaterThan(0);
    const again = await builder.build(source);
    expect(again.outputs["cached"]).toBe("false");
    expect(left()).toEqual([again.outputs["build"]]);
  });
});

test("two builders of the same build it once: the other waits and finds it", async () => {
  const count = join(builder.folder, "count");
  const go = join(builder.folder, "go");
  const command = `echo built >> ${count}; while [ ! -e ${go} ]; do sleep 0.1; done`;
  const source = builder.source("twice", { "gaia.yaml": scriptedPipeline("good", command) });
  const first = builder.start(builder.words(source));
  await vi.waitFor(() => expect(existsSync(count)).toBe(true), PATIENTLY);
  const second = builder.start(builder.words(source));
  let said = "";
  second.child.stdout?.on("data", (text: string) => {
    said += text;
  });
  await vi.waitFor(() => expect(said).toContain("another process builds the same"), PATIENTLY);
  writeFileSync(go, "");
  const [one, two] = await Promise.all([first.ended, second.ended]);
  expect([one.outputs["cached"], two.outputs["cached"]]).toEqual(["false", "true"]);
  expect(two.outputs["build"]).toBe(one.outputs["build"]);
  expect(readFileSync(count, "utf8")).toBe("built\n");
});

/** A small disk of its own can be made by root only, on Linux. */
test.runIf(process.platform === "linux" && process.getuid?.() === 0)(
  "a build that fills the disk is ended, and told in numbers",
  async () => {
    const disk = join(builder.folder, "disk");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=100m", "gaia-builds", disk]);
    try {
      const builds = join(disk, "builds");
      const source = builder.source("fills", {
        "gaia.yaml": scriptedPipeline("good", "head -c 60000000 /dev/zero > big; sleep 4221"),
      });
      const { status, out } = await builder.run([
        ...["build", "--source", source, "--builds", builds, "--cache", builder.cache],
      ]);
      expect(out).toContain(`The disk of ${builds} is full: `);
      expect(out).toContain("of 100 MiB are free, 64 MiB have to stay so. Free some space");
      expect(status).toBe(1);
      expect(readdirSync(builds)).toEqual([".work"]);
      expect(processesWith("4221")).toEqual([]);
    } finally {
      execFileSync("umount", [disk]);
    }
  },
);

describe("a build's commands", () => {
  test("see the user's settings and the registries' variables, and none of the starter's secrets", async () => {
    const home = join(builder.folder, "home");
    mkdirSync(home);
    writeFileSync(join(home, ".npmrc"), "registry=https://registry.example\n");
    const command = "env > seen; cat ~/.npmrc > npmrc; pwd > where; touch ~/written";
    const source = builder.source("environment", {
      "gaia.yaml": `${scriptedPipeline("good", command)}environment: { OWN: "1" }\n`,
    });
    const more = join(builder.folder, "variables.json");
    writeFileSync(
      more,
      JSON.stringify({ GOPROXY: "https://proxy.example", AWS_SECRET: "from the file", CC: "its" }),
    );
    const { outputs, out } = await builder.run(builder.words(source, "--environment", more), {
      HOME: home,
      GAIA_SECRET_KEY: "hidden",
      https_proxy: "http://127.0.0.1:1",
      LANG: "C",
      CC: "own",
    });
    const folder = join(builder.builds, outputs["build"] ?? out, "source");
    const seen = readFileSync(join(folder, "seen"), "utf8");
    expect(seen).toMatch(/^GOPROXY=https:\/\/proxy\.example$/m);
    expect(seen).toMatch(/^https_proxy=http:\/\/127\.0\.0\.1:1$/m);
    expect(seen).toMatch(/^OWN=1$/m);
    expect(seen).toMatch(/^CC=own$/m);
    expect(seen).not.toMatch(/hidden|AWS_SECRET|GAIA_/);
    expect(seen).toContain(`HOME=${join(builder.cache, "home")}\n`);
    expect(readFileSync(join(folder, "npmrc"), "utf8")).toContain("registry.example");
    expect(existsSync(join(home, "written"))).toBe(false);
    expect(readFileSync(join(folder, "where"), "utf8").trim()).toBe(folder);
  });

  test("that lack a program are told which, and how it is installed", async () => {
    const source = builder.source("lacks", { "gaia.yaml": scriptedPipeline("good", "protoc --version") });
    const bin = join(builder.folder, "bin");
    mkdirSync(bin);
    for (const name of ["sh", "node"])
      execFileSync("ln", ["-s", execFileSync("which", [name], { encoding: "utf8" }).trim(), join(bin, name)]);
    const { out } = await builder.run(builder.words(source), { PATH: bin });
    expect(out).toContain("needs `protoc`, which is not installed here.");
    expect(out).toContain("apt-get install protobuf-compiler");
    const go = builder.source("lacks-go", { "main.go": "package main" });
    const lacks = await builder.run(builder.words(go), { PATH: bin });
    expect(lacks.outputs["error"]).toContain(
      "needs `go`, which is not installed here. Install it on the worker's",
    );
    expect(lacks.outputs["error"]).toContain("apt-get install golang-go");
  });
});

describe("wrong words", () => {
  test.each([
    [["build"], "--builds is missing."],
    [["build", "--builds", "b", "--cache", "c"], "--source or --drop-in is missing."],
    [["build", "--builds", "b", "--cache", "c", "--source", "s", "--timeout", "5"], '"5" has no unit'],
    [["build", "--nonsense"], "nonsense"],
    [["gc", "--builds", "b", "--keep", "abc"], '"abc" is no id of a build'],
    [["make"], "usage:"],
    [[], "usage:"],
  ])("%j", async (args, sentence) => {
    const { status, out } = await builder.run(args);
    expect(out).toContain(sentence);
    expect(status).toBe(2);
  });
});
