import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scanSource } from "../source/scan.ts";
import { errorOf } from "../testing/error-of.ts";
import { sourceTree } from "../testing/source-tree.ts";
import { contextOf } from "./context.ts";
import { detect, type Plan } from "./detect.ts";

async function planOf(
  source: string,
  folder: string | null = null,
  language: string | null = null,
): Promise<Plan> {
  const context = await contextOf(source, folder);
  return detect(await scanSource(context.root), context, language);
}

describe("a language is told by its files", () => {
  test.each([
    ["golang", "go.mod", { "go.mod": "module x", "main.go": "package main", Makefile: "" }],
    ["golang", "main.go", { "main.go": "package main", "main_test.go": "" }],
    ["java", "pom.xml", { "pom.xml": "<project/>", "src/main/java/Pipeline.java": "" }],
    ["python", "setup.py", { "setup.py": "", "pipeline.py": "" }],
    ["python", "pyproject.toml", { "pyproject.toml": "[project]\nname = 'x'\n", "src/pipeline.py": "" }],
    ["python", "pipeline.py", { "pipeline.py": "", "requirements.txt": "", "pyproject.toml": "[tool.ruff]" }],
    ["nodejs", "package.json", { "package.json": "{}", "index.js": "" }],
    ["ruby", "x.gemspec", { "x.gemspec": "", "lib/gaia.rb": "", Gemfile: "" }],
    ["cpp", "Makefile", { Makefile: "", "src/main.cpp": "" }],
    ["cpp", "CMakeLists.txt", { "CMakeLists.txt": "", "main.cc": "" }],
  ])("%s by %s", async (language, because, files) => {
    expect(await planOf(sourceTree(files))).toMatchObject({ kind: "known", language, because });
  });

  test("or said, in any of its names", async () => {
    const source = sourceTree({ "go.mod": "", "package.json": "{}" });
    expect(await planOf(source, null, "TypeScript")).toMatchObject({
      language: "nodejs",
      because: "--language",
    });
    const file = sourceTree({
      "gaia.yaml": "language: go\ntimeout: 5m\n",
      "go.mod": "",
      "package.json": "{}",
    });
    expect(await planOf(file)).toMatchObject({ language: "golang", because: "gaia.yaml", stepMs: 300_000 });
  });

  test("and a gaia.yaml that says only what starts runs leaves that as it is", async () => {
    const files = { "gaia.yaml": "triggers: [0 6 * * *]\n", "package.json": "{}", "index.js": "" };
    expect(await planOf(sourceTree(files))).toMatchObject({
      kind: "known",
      language: "nodejs",
      because: "package.json",
    });
  });

  test("and gaia.yaml is right whatever else there is", async () => {
    const source = sourceTree({ "gaia.yaml": "start: [./run]\n", "go.mod": "", "package.json": "{}" });
    expect(await planOf(source)).toMatchObject({
      kind: "declared",
      declared: { build: [], start: ["./run"] },
    });
  });
});

describe("what is not clear is told with what there is", () => {
  test.each([
    [
      { "go.mod": "", "package.json": "{}" },
      "golang (go.mod), nodejs (package.json). Say which with --language",
    ],
    [{ "README.md": "" }, "in no language that Gaia knows"],
    [{ "README.md": "" }, "gaia.yaml"],
    [
      { "a/go.mod": "", "b/c/setup.py": "", "a/inner/package.json": "{}" },
      "a (golang), b/c (python). Name one",
    ],
    [{ "a/gaia.yaml": "start: [x]\n" }, "a (gaia.yaml)"],
    [{ "gaia.yml": "start: [x]\n" }, "Call the file gaia.yaml."],
    [{ "node_modules/x/package.json": "{}", "README.md": "" }, "in no language"],
    [{}, "is empty"],
  ])("%j", async (files, sentence) => {
    expect(await errorOf(planOf(sourceTree(files)))).toContain(sentence);
  });

  test("a language that nobody knows how to build", async () => {
    expect(await errorOf(planOf(sourceTree({ "main.zig": "" }), null, "zig"))).toContain(
      "`build` and `start`",
    );
  });
});

describe("a build sees", () => {
  test("the pipeline's folder alone", async () => {
    const source = sourceTree({ "a/go.mod": "", "b/setup.py": "", "README.md": "" });
    const context = await contextOf(source, "a");
    expect({ ...context, root: context.root.endsWith("/a") }).toEqual({ root: true, folder: "", file: null });
  });

  test("what `context` names", async () => {
    const source = sourceTree({ "jobs/a/gaia.yaml": "context: ..\nstart: [./x]\n", "jobs/shared/x": "" });
    const context = await contextOf(source, "jobs/a");
    expect(context.root.endsWith("/jobs")).toBe(true);
    expect(context.folder).toBe("a");
    expect((await planOf(source, "jobs/a")).kind).toBe("declared");
  });

  test("the module of a Go package", async () => {
    const source = sourceTree({ "go.mod": "", "cmd/pipeline/main.go": "" });
    expect(await contextOf(source, "cmd/pipeline")).toMatchObject({ folder: "cmd/pipeline" });
    expect(await planOf(source, "cmd/pipeline")).toMatchObject({ language: "golang", because: "main.go" });
  });

  test("nothing outside of the sources", async () => {
    const source = sourceTree({ "a/gaia.yaml": "context: ../..\nstart: [./x]\n", "b/main.go": "" });
    const outside = sourceTree({ "go.mod": "" });
    symlinkSync(outside, join(source, "link"));
    expect(await errorOf(contextOf(source, "a"))).toContain("no folder above the pipeline's");
    expect(await errorOf(contextOf(source, ".."))).toContain("is not below");
    expect(await errorOf(contextOf(source, "link"))).toContain("is not below");
    expect(await errorOf(contextOf(source, "missing"))).toContain("There is no folder missing");
    expect(await contextOf(source, "b")).toMatchObject({ folder: "" });
  });
});
