import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { errorOf } from "../testing/error-of.ts";
import { sourceTree } from "../testing/source-tree.ts";
import { copySource } from "./copy.ts";
import { fingerprint } from "./fingerprint.ts";
import { ignoredIn } from "./ignored.ts";
import { scanSource } from "./scan.ts";

async function hashOf(root: string): Promise<string> {
  return fingerprint(await scanSource(root));
}

const FILES = { "main.go": "package main", "lib/a.go": "package lib", run: "#!/bin/sh" };

describe("the hash of a source tree", () => {
  test("is the same wherever it lies and whenever it was written", async () => {
    expect(await hashOf(sourceTree(FILES))).toBe(await hashOf(sourceTree(FILES)));
  });

  test.each<[string, (root: string) => void]>([
    ["content", (root) => writeFileSync(join(root, "main.go"), "package mine")],
    ["name", (root) => cpSync(join(root, "run"), join(root, "walk"))],
    ["place", (root) => cpSync(join(root, "run"), join(root, "lib", "run"))],
    ["mode", (root) => chmodSync(join(root, "run"), 0o755)],
    ["link", (root) => symlinkSync("main.go", join(root, "link"))],
    ["absence", (root) => rmSync(join(root, "run"))],
  ])("changes with a file's %s", async (_, change) => {
    const root = sourceTree(FILES);
    const before = await hashOf(root);
    change(root);
    expect(await hashOf(root)).not.toBe(before);
  });

  test("knows nothing of what earlier builds left, and of histories", async () => {
    const more = {
      ".git/HEAD": "ref",
      "node_modules/x/index.js": "",
      "lib/__pycache__/a.pyc": "",
      ".venv/pyvenv.cfg": "",
      "out/CMakeCache.txt": "",
      "lib/a.o": "",
      "x.egg-info/PKG-INFO": "",
    };
    expect(await hashOf(sourceTree({ ...FILES, ...more }))).toBe(await hashOf(sourceTree(FILES)));
    const java = { "pom.xml": "", "src/A.java": "" };
    expect(await hashOf(sourceTree({ ...java, "target/a.jar": "" }))).toBe(await hashOf(sourceTree(java)));
    // Without Maven or Cargo beside it a folder may be called so.
    expect(await hashOf(sourceTree({ ...FILES, "target/main.go": "" }))).not.toBe(
      await hashOf(sourceTree(FILES)),
    );
  });

  test("tells a link from a file that holds the same text", async () => {
    const linked = sourceTree(FILES);
    symlinkSync("main.go", join(linked, "x"));
    expect(await hashOf(linked)).not.toBe(await hashOf(sourceTree({ ...FILES, x: "main.go" })));
  });
});

describe("a source tree", () => {
  test("may hold pipes, which are left out and told", async () => {
    const root = sourceTree(FILES);
    execFileSync("mkfifo", [join(root, "pipe")]);
    expect((await scanSource(root)).passedOver).toEqual(["pipe"]);
  });

  test("has limits, which are told by name", async () => {
    const root = sourceTree(FILES);
    expect(
      await errorOf(scanSource(root, { limits: { buildSourceFiles: 2, buildSourceBytes: 1_000 } })),
    ).toContain("more than 2 files (buildSourceFiles)");
    expect(
      await errorOf(scanSource(root, { limits: { buildSourceFiles: 9, buildSourceBytes: 20 } })),
    ).toContain("more than 20 bytes (buildSourceBytes)");
  });

  test("that is not there is told", async () => {
    expect(await errorOf(scanSource("/nonexistent/sources"))).toContain("there is no such file or folder");
  });
});

describe("what .gitignore leaves out", () => {
  const IGNORING = { ...FILES, ".gitignore": "build/\n*.log\n", "build/a.o": "", "lib/x.log": "" };

  async function paths(root: string): Promise<readonly string[]> {
    const { entries } = await scanSource(root, { ignored: await ignoredIn(root) });
    return entries.filter(({ kind }) => kind === "file").map(({ path }) => path);
  }
  const git = (root: string, ...args: readonly string[]) => execFileSync("git", args, { cwd: root });

  test("is no part of the sources, in a repository or not yet", async () => {
    const root = sourceTree(IGNORING);
    const kept = [".gitignore", "lib/a.go", "main.go", "run"];
    expect(await paths(root)).toEqual(kept);
    git(root, "init", "--quiet");
    expect(await paths(root)).toEqual(kept);
  });

  test("is a part of them when the repository tracks it", async () => {
    const root = sourceTree(IGNORING);
    git(root, "init", "--quiet");
    git(root, "add", "--force", "lib/x.log");
    expect(await paths(root)).toContain("lib/x.log");
    expect(await paths(root)).not.toContain("build/a.o");
  });

  test("says nothing of a folder that another repository ignores as a whole", async () => {
    const outer = sourceTree({ ".gitignore": "inner/\n", ...within("inner", IGNORING) });
    git(outer, "init", "--quiet");
    expect(await paths(join(outer, "inner"))).toEqual([".gitignore", "lib/a.go", "main.go", "run"]);
  });
});

function within(folder: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

describe("a copy", () => {
  test("has files, modes and links, and no file is older than another", async () => {
    const root = sourceTree({ ...FILES, "empty/": "" });
    chmodSync(join(root, "run"), 0o700);
    symlinkSync("main.go", join(root, "link"));
    const target = join(sourceTree({}), "copy");
    await copySource(await scanSource(root), target, await hashOf(root));
    expect(readFileSync(join(target, "link"), "utf8")).toBe(FILES["main.go"]);
    expect(statSync(join(target, "run")).mode & 0o777).toBe(0o755);
    expect(existsSync(join(target, "empty"))).toBe(true);
    const times = ["main.go", "lib/a.go", "run"].map((path) => statSync(join(target, path)).mtimeMs);
    expect(new Set(times).size).toBe(1);
  });

  test("of what changed since it was looked at is refused", async () => {
    const root = sourceTree(FILES);
    const [tree, hash] = [await scanSource(root), await hashOf(root)];
    writeFileSync(join(root, "main.go"), "package mine");
    expect(await errorOf(copySource(tree, join(sourceTree({}), "copy"), hash))).toContain(
      "changed while it was read",
    );
  });
});
