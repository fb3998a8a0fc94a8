import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { VERSION } from "@gaia/contracts/version.ts";
import { ROOT } from "./rooms.ts";

const folder = mkdtempSync(join(tmpdir(), "gaia-pack-"));
const home = join(folder, "home");

beforeAll(() => {
  const web = join(folder, "web");
  mkdirSync(web);
  writeFileSync(join(web, "index.html"), "<!doctype html><title>packed</title>");
  const pack = [join(ROOT, "tools", "pack.mjs"), "--out", folder, "--web", web];
  execFileSync(process.execPath, pack, { stdio: "ignore" });
  // What npm would install beside it: the same versions.
  symlinkSync(join(ROOT, "node_modules"), join(folder, "package", "node_modules"));
}, 120_000);

afterAll(() => {
  gaia("down");
  rmSync(folder, { recursive: true, force: true });
});

test("the npm package is JavaScript alone, and says its version", () => {
  const sources = (readdirSync(join(folder, "package"), { recursive: true }) as string[]).filter(
    (path) => !path.startsWith("node_modules"),
  );
  // The SDK for Node brings its types, and a template is in TypeScript.
  const ours = sources.filter((path) => !path.startsWith("sdks/"));
  expect(ours.filter((path) => path.endsWith(".ts"))).toEqual([]);
  expect(existsSync(join(folder, `gaia-automation-${VERSION}.tgz`))).toBe(true);
  expect(gaia("version")).toContain(VERSION);
  const { bin } = JSON.parse(readFileSync(join(folder, "package", "package.json"), "utf8")) as {
    bin: Record<string, string>;
  };
  expect(Object.keys(bin)).toEqual(["gaia", "gaia-workflow"]);
  for (const path of Object.values(bin)) expect(existsSync(join(folder, "package", path))).toBe(true);
});

test("the npm package runs a workflow with its own server, worker and launcher", () => {
  const text = gaia("run", join(folder, "package", "examples", "hello", "hello.yaml"), "--json");
  const last = text.trim().split("\n").at(-1) ?? "{}";
  expect(JSON.parse(last)).toMatchObject({ type: "end", exit_status: 0 });
});

test("the npm package fetches repositories and builds them", () => {
  const [empty, unknown] = [join(folder, "empty"), join(folder, "unknown")];
  for (const path of [empty, unknown]) mkdirSync(path);
  execFileSync("git", ["-C", empty, "init", "--quiet"]);
  writeFileSync(join(unknown, "notes.txt"), "");
  for (const source of [`file://${empty}`, unknown])
    expect(() => gaia("pipeline", "create", source)).toThrow();
  const { items } = JSON.parse(gaia("pipeline", "list", "--kind", "program", "--json")) as {
    items: { program: { last_build: { message: string } } }[];
  };
  const messages = items.map(({ program }) => program.last_build.message);
  expect(messages[0]).toContain("is empty: it has no commit yet");
  expect(messages[1]).toContain("gaia.yaml");
});

test("the npm package begins pipelines, and builds them", () => {
  const pipeline = join(folder, "begun");
  for (const lang of ["cpp", "ruby", "python", "go", "java", "node", "typescript"]) {
    gaia("init", "pipeline", "--lang", lang, join(pipeline, lang));
    const written = readdirSync(join(pipeline, lang), { recursive: true }).map(String);
    expect(written).toEqual(expect.arrayContaining(["README.md", join("gaia-sdk", "LICENSE")]));
    expect(written.filter((path) => /(^|\/)dot-|node_modules/.test(path))).toEqual([]);
  }
  expect(existsSync(join(pipeline, "cpp", ".gitignore"))).toBe(true);
  expect(existsSync(join(pipeline, "cpp", "gaia-sdk", "proto", "program.proto"))).toBe(true);
  expect(existsSync(join(pipeline, "ruby", "test", "pipeline_test.rb"))).toBe(true);
  const builder = join(folder, "package", "packages", "builder", "src", "main.js");
  expect(execFileSync(process.execPath, [builder, "--help"], { encoding: "utf8" })).toContain("usage:");
});

test("the npm package serves the dashboard that was built into it", async () => {
  const { address }: { address: string } = JSON.parse(gaia("up", "--json"));
  const page = await fetch(address);
  expect([page.status, await page.text()]).toEqual([200, "<!doctype html><title>packed</title>"]);
});

function gaia(...words: readonly string[]): string {
  const program = join(folder, "package", "packages", "cli", "bin", "gaia.mjs");
  return execFileSync(process.execPath, [program, ...words], {
    encoding: "utf8",
    env: { ...process.env, GAIA_HOME: home, GAIA_PORT: "0" },
    stdio: ["ignore", "pipe", "ignore"],
  });
}
