import { execFileSync, spawn } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseWorkflowInline } from "../packages/server/src/pipelines/index.ts";

/**
 * Runs the example's tasks as its workflow file has them, without a server: in the order of the file, each `${…}` as a
 * quoted environment variable. The numbers are compared with git's own. The runner at the end is this test's alone, so it
 * stands here although the file grows past 400 lines with it.
 */
const EXAMPLE = path.join(import.meta.dirname, "../examples/repository-report");
const GIT_ENVIRONMENT = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Ada Lovelace",
  GIT_AUTHOR_EMAIL: "ada@example.org",
  GIT_COMMITTER_NAME: "Ada Lovelace",
  GIT_COMMITTER_EMAIL: "ada@example.org",
  GIT_AUTHOR_DATE: "2026-03-02T10:00:00+0100",
  GIT_COMMITTER_DATE: "2026-03-02T10:00:00+0100",
};
/** Made here, so that no file of this repository holds a token. */
const TOKEN = ["ghp", "R4nD0mT0k3nV4lu3F0rThisT3st0nlyQzW9xK"].join("_");
const AWS_KEY = ["AK", "IA", "Q7ZP2M4KXW3TNB5J"].join("");
const KEY_HEAD = ["-----BEGIN RSA", "PRIVATE", "KEY-----"].join(" ");
const PLACEHOLDER_KEY = ["AK", "IA", "IOSFODNN7EXAMPLE"].join("");

let temporary = "";
beforeAll(() => {
  temporary = mkdtempSync(path.join(tmpdir(), "gaia-report-"));
});
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe("the workflow files", () => {
  test.each(["repository-report/repository-report.yaml", "hello/hello.yaml", "approval/approval.yaml"])(
    "%s is valid, and this Gaia can perform it",
    (name) => {
      expect(parseExample(name)).toMatchObject({ kind: "ok", workflow: { unsupported: [] } });
    },
  );
});

describe("a repository with code, tests and a history", () => {
  let repository = "";
  let run: Run;
  beforeAll(async () => {
    repository = newRepository("shop");
    writeProject(repository);
    run = await runExample(repository);
  });

  test("every task ends well, and complexity runs once a folder", () => {
    expect(run.failed).toEqual([]);
    expect(run.ran.filter((name) => name.startsWith("complexity")).sort()).toEqual([
      "complexity[.]",
      "complexity[lib]",
      "complexity[test]",
    ]);
  });

  test("files, lines and commits are git's", () => {
    const facts = factsOf(run, "inventory");
    const listed = git(repository, "ls-files", "-z").split("\0").filter(Boolean);
    expect(facts["totals"]).toMatchObject({ files: listed.length, entries: listed.length });
    const lines = listed.map(
      (name) => readFileSync(path.join(repository, name), "utf8").split("\n").length - 1,
    );
    expect(facts["totals"]).toMatchObject({ lines: lines.reduce((sum, value) => sum + value, 0) });
    expect(factsOf(run, "history")).toMatchObject({
      commits: Number(git(repository, "rev-list", "--count", "HEAD")),
      complete: true,
    });
  });

  test("changes follow a renamed file, and are what numstat says", () => {
    const files = factsOf(run, "history")["files"];
    expect(files).toMatchObject({ "lib/cart.js": { changes: 3 } });
    const followed = git(repository, "log", "--follow", "--format=%H", "--", "lib/cart.js")
      .trim()
      .split("\n");
    expect(followed).toHaveLength(3);
  });

  test("one person under two addresses is one author", () => {
    expect(factsOf(run, "history")["authors"]).toMatchObject({
      total: 2,
      list: [{ name: "Ada Lovelace" }, { name: "dependabot[bot]", bot: true }],
    });
  });

  test("licence, tests, dependencies and functions are found", () => {
    expect(factsOf(run, "licences")).toMatchObject({ main: "MIT", markedFiles: 1 });
    expect(factsOf(run, "tests")).toMatchObject({
      testFiles: 1,
      cases: 2,
      frameworks: ["node:test"],
      ci: ["GitHub Actions"],
    });
    expect(factsOf(run, "dependencies")).toMatchObject({
      unlocked: ["package.json"],
      ecosystems: [
        { name: "npm", dependencies: 2 },
        { name: "GitHub Actions", dependencies: 1 },
      ],
    });
    expect(factsOf(run, "hotspots")).toMatchObject({ hotspots: [{ path: "lib/cart.js", changes: 3 }] });
    expect(JSON.stringify(factsOf(run, "hotspots")["folders"])).toContain(
      '"name":"total","line":2,"lines":7',
    );
  });

  test("the page stands alone", () => {
    expect(run.html).not.toMatch(/<script|<link|<img|<iframe|url\(|@import|https?:\/\//);
    expect(run.html).toContain("shop is in good shape");
    expect(run.markdown).toContain("| `lib/cart.js` | 3 |");
  });
});

describe("secrets", () => {
  test("are found where they came in, and never written down", async () => {
    const repository = newRepository("leaky");
    const first = commit(repository, {
      "config.js": `const a = 1;\nconst token = "${TOKEN}";\n`,
      "sample.env": `KEY=${PLACEHOLDER_KEY}\n`,
    });
    const second = commit(repository, { "config.js": "const a = 1;\n" });
    commit(repository, { "deploy.sh": `export AWS_ACCESS_KEY_ID=${AWS_KEY}\n` });
    const run = await runExample(repository);
    expect(first).not.toBe(second);
    expect(factsOf(run, "secrets")).toMatchObject({ certain: 2, likely: 0, complete: true });
    const findings = factsOf(run, "secrets")["findings"];
    expect(findings).toMatchObject([
      { rule: "aws-access-key", path: "deploy.sh", line: 1, present: true, redacted: "AKIA…" },
      { rule: "github-token", path: "config.js", line: 2, present: false, commit: first, redacted: "ghp_…" },
    ]);
    expect(run.everything).not.toContain(TOKEN);
    expect(run.everything).not.toContain(AWS_KEY);
    expect(run.html).toContain("1 secret in the tree today");
  });

  test("are found in messages, in what a merge alone added, and as private keys", async () => {
    const repository = newRepository("merged");
    commit(repository, { "a.txt": "one\n" });
    git(repository, "checkout", "-q", "-b", "side");
    commit(repository, { "b.txt": "side\n" });
    git(repository, "checkout", "-q", "main");
    commit(repository, { "a.txt": "two\n" }, `Use ${TOKEN}`);
    git(repository, "merge", "-q", "--no-commit", "--no-ff", "side");
    const body = Buffer.from("not a key, only long enough to look like the body of one")
      .toString("base64")
      .slice(0, 64);
    const key = [KEY_HEAD, body, "-----END-----"].join("\n");
    commit(repository, {
      "evil.pem": `${key}\n`,
      "docs.md": `Keys begin with ${KEY_HEAD}\nand end.\n`,
    });
    const run = await runExample(repository);
    expect(factsOf(run, "secrets")["findings"]).toMatchObject([
      { rule: "private-key", path: "evil.pem", line: 1, present: true },
      { rule: "github-token", path: "(commit message)", line: 0, present: false },
    ]);
    expect(run.everything).not.toContain(body);
  });
});

describe("hostile names", () => {
  const names = [
    "<img src=x onerror=alert(1)>.js",
    'quote".js',
    "two\nlines.js",
    "-rf.js",
    "`tick`|bar.js",
    "ünïcode/日本.js",
    "back\\slash.js",
    "tab\there.js",
    "rtl\u202eevil.js",
    "${HOME}$(id).js",
  ];

  test("are counted, told apart, and escaped everywhere", async () => {
    const repository = newRepository("hostile");
    for (const name of names)
      writeFile(repository, name, "export function f() {\n  if (a) {\n    b();\n  }\n}\n");
    const latin1 = Buffer.concat([
      Buffer.from(`${repository}/`),
      Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x2e, 0x6a, 0x73]),
    ]);
    writeFileSync(latin1, "let latin = 1;\n");
    const tag = "</code><script>alert(1)</script>";
    commit(repository, { [`${tag.replaceAll("/", "")}/x.js`]: `const token = "${TOKEN}";\n` }, tag, {
      GIT_AUTHOR_NAME: tag,
    });
    git(repository, "branch", "-m", "<b>main");
    const run = await runExample(repository);
    expect(run.failed).toEqual([]);
    const listed = git(repository, "ls-files", "-z").split("\0").filter(Boolean).length;
    const files = factsOf(run, "inventory")["files"];
    expect(Array.isArray(files) ? new Set(files.map((file: { path: string }) => file.path)).size : 0).toBe(
      listed,
    );
    expect(factsOf(run, "history")["files"]).toMatchObject({
      "two\\nlines.js": { changes: 1 },
      "caf\\xe9.js": { changes: 1 },
      "rtl\\u{202e}evil.js": { changes: 1 },
      "ünïcode/日本.js": { changes: 1 },
    });
    expectOnlyKnownTags(run.html);
    expect(run.html).toContain("&lt;img src=x onerror=alert(1)&gt;.js");
    expect(run.markdown).not.toMatch(/^[^`]*<(script|img)/m);
    expect(run.everything).not.toContain("\u202e");
  });
});

describe("unusual repositories", () => {
  test("one without a commit", async () => {
    const run = await runExample(newRepository("fresh"));
    expect(run.failed).toEqual([]);
    expect(run.ran).toContain("complexity[.]");
    expect(run.html).toContain("fresh has no commit yet.");
  });

  test("a bare one, a shallow one and a detached HEAD give the commit's own numbers", async () => {
    const repository = newRepository("origin");
    writeProject(repository);
    const bare = path.join(temporary, "bare.git");
    git(temporary, "clone", "-q", "--bare", repository, bare);
    const shallow = path.join(temporary, "shallow");
    git(temporary, "clone", "-q", "--depth", "1", `file://${repository}`, shallow);
    git(repository, "checkout", "-q", "--detach", "HEAD~1");
    const [fromBare, fromShallow, fromDetached] = [
      await runExample(bare),
      await runExample(shallow),
      await runExample(repository),
    ];
    expect([...fromBare.failed, ...fromShallow.failed, ...fromDetached.failed]).toEqual([]);
    expect(factsOf(fromBare, "inventory")["totals"]).toEqual(factsOf(fromShallow, "inventory")["totals"]);
    expect(factsOf(fromBare, "repository")).toMatchObject({ bare: true, name: "bare" });
    expect(factsOf(fromShallow, "history")).toMatchObject({ commits: 1, files: {} });
    expect(fromShallow.html).toContain("The clone is shallow");
    const commits = Number(git(repository, "rev-list", "--count", "HEAD"));
    expect(factsOf(fromDetached, "history")).toMatchObject({ commits });
    expect(factsOf(fromDetached, "repository")).not.toHaveProperty("branch");
  });

  test("a submodule, a link and a large file that is gone", async () => {
    const repository = newRepository("odd");
    const head = commit(repository, { "data.bin": `${"0123456789abcdef".repeat(80_000)}\n` });
    git(repository, "rm", "-q", "data.bin");
    mkdirSync(path.join(repository, "vendor/module"), { recursive: true });
    symlinkSync("a.py", path.join(repository, "link.py"));
    git(repository, "update-index", "--add", "--cacheinfo", `160000,${head},vendor/module`);
    commit(repository, { "a.py": "def f():\n    if x:\n        return 1\n    return 2\n" });
    const run = await runExample(repository);
    expect(run.failed).toEqual([]);
    expect(factsOf(run, "inventory")["totals"]).toMatchObject({
      entries: 3,
      files: 1,
      links: 1,
      submodules: ["vendor/module"],
    });
    expect(factsOf(run, "large-files")).toMatchObject({
      largeCount: 1,
      large: [{ path: "data.bin", sizeBytes: 1_280_001, present: false, origin: { hash: head } }],
    });
  });

  test("what is no repository is said in one line", async () => {
    const plain = path.join(temporary, "plain");
    mkdirSync(plain);
    for (const [where, reason] of [
      [plain, "is not a git repository"],
      [path.join(temporary, "absent"), "There is no folder"],
    ] as const) {
      const run = await runExample(where);
      expect(run.failed).toEqual(["open"]);
      expect(run.ran).toEqual(["open"]);
      expect(run.errors.trim().split("\n")).toEqual([expect.stringContaining(reason)]);
    }
  });

  test("what the repository configures is not run", async () => {
    const repository = newRepository("armed");
    const trace = path.join(temporary, "was-run");
    for (const key of ["core.fsmonitor", "diff.external", "diff.evil.textconv", "core.pager", "gpg.program"])
      git(repository, "config", key, `touch ${trace}; false`);
    git(repository, "config", "log.showSignature", "true");
    git(repository, "config", "diff.noprefix", "true");
    commit(repository, { ".gitattributes": "*.js diff=evil\n", "a.js": `let t = "${TOKEN}";\n` });
    rmSync(trace, { force: true });
    const run = await runExample(repository);
    expect(run.failed).toEqual([]);
    expect(readdirSync(temporary)).not.toContain("was-run");
    expect(factsOf(run, "secrets")["findings"]).toMatchObject([{ path: "a.js", line: 1 }]);
  });
});

interface Run {
  readonly folder: string;
  /** Tasks that were started, members of for_each as id[item]. */
  readonly ran: readonly string[];
  readonly failed: readonly string[];
  readonly errors: string;
  readonly html: string;
  readonly markdown: string;
  /** All that the run wrote anywhere: logs, outputs, summaries, facts, artifacts. */
  readonly everything: string;
}

interface Task {
  readonly id: string;
  readonly command: string;
  readonly forEach: string | undefined;
}

async function runExample(repository: string): Promise<Run> {
  const folder = mkdtempSync(path.join(temporary, "run-"));
  const artifacts = path.join(folder, "artifacts");
  mkdirSync(artifacts);
  const outputs = new Map<string, unknown>([
    ["inputs.repo", repository],
    ["inputs.large_file_bytes", 1_000_000],
  ]);
  const [ran, failed]: [string[], string[]] = [[], []];
  let printed = "";
  let errors = "";
  for (const task of readTasks()) {
    if (failed.length > 0) break;
    const items = task.forEach === undefined ? [undefined] : listOf(outputs.get(task.forEach.slice(2, -1)));
    for (const item of items) {
      const name = item === undefined ? task.id : `${task.id}[${item}]`;
      const result = await runTask(folder, task, new Map([...outputs, ["item", item]]));
      ran.push(name);
      printed += result.stdout + result.stderr;
      errors += result.stderr;
      if (result.exitCode !== 0) failed.push(name);
      for (const [key, value] of result.outputs) outputs.set(`tasks.${task.id}.outputs.${key}`, value);
    }
  }
  const read = (name: string): string =>
    readdirSync(artifacts).includes(name) ? readFileSync(path.join(artifacts, name), "utf8") : "";
  const everything = [folder, artifacts].flatMap((place) =>
    readdirSync(place, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(place, entry.name), "utf8")),
  );
  return {
    folder,
    ran,
    failed,
    errors,
    html: read("report.html"),
    markdown: read("report.md"),
    everything: [printed, ...everything].join("\n"),
  };
}

function readTasks(): readonly Task[] {
  const parsed = parseExample("repository-report/repository-report.yaml");
  if (parsed.kind === "invalid")
    throw new Error(parsed.problems.map((problem) => problem.message).join("\n"));
  const tasks = recordOf(JSON.parse(parsed.workflow.definition))["tasks"];
  return (Array.isArray(tasks) ? tasks : []).map(recordOf).map((task) => ({
    id: String(task["id"]),
    command: String(task["command"]),
    forEach: typeof task["for_each"] === "string" ? task["for_each"] : undefined,
  }));
}

function parseExample(name: string) {
  return parseWorkflowInline(readFileSync(path.join(EXAMPLE, "..", name), "utf8"), { file: name });
}

async function runTask(folder: string, task: Task, values: ReadonlyMap<string, unknown>) {
  const environment: Record<string, string> = {};
  const command = task.command.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (!values.has(name)) throw new Error(`${task.id} names ${name}, which no earlier task has published`);
    const variable = `VALUE_${Object.keys(environment).length}`;
    environment[variable] = String(values.get(name));
    return `"$${variable}"`;
  });
  const output = path.join(folder, `${task.id}.outputs`);
  writeFileSync(output, "");
  const child = spawn("sh", ["-c", command], {
    cwd: EXAMPLE,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...environment,
      PATH: `${path.dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
      HOME: "/nonexistent",
      GAIA_RUN_DIR: folder,
      GAIA_ARTIFACTS: path.join(folder, "artifacts"),
      GAIA_OUTPUT: output,
      GAIA_SUMMARY: path.join(folder, `${task.id}.summary`),
    },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const lines = readFileSync(output, "utf8").split("\n").filter(Boolean);
  return {
    exitCode,
    stdout,
    stderr,
    outputs: lines.flatMap((line) => Object.entries(recordOf(JSON.parse(line)))),
  };
}

function factsOf(run: Run, name: string): Record<string, unknown> {
  return recordOf(JSON.parse(readFileSync(path.join(run.folder, `${name}.json`), "utf8")));
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Every tag of the page is one that the report writes, and none has a handler: what a name smuggled in would differ. */
function expectOnlyKnownTags(html: string): void {
  const known = new Set(
    "html head meta title style body a nav p svg path circle rect line text g ul ol li main header h1 h2 h3 code bdi span dl dt dd div section figure figcaption i b em small strong br table thead tbody tr th td footer".split(
      " ",
    ),
  );
  const outside = html.replace(/<style>[^]*?<\/style>/, "");
  const tags = [...outside.matchAll(/<\/?([a-zA-Z][\w-]*)/g)].map((match) => match[1] ?? "");
  expect(tags.filter((tag) => !known.has(tag))).toEqual([]);
  const withoutValues = outside.replaceAll(/"[^"]*"/g, '""');
  expect(withoutValues).not.toMatch(/<[^>]*\son\w+\s*=/);
}

function newRepository(name: string): string {
  const folder = path.join(mkdtempSync(path.join(temporary, "repository-")), name);
  mkdirSync(folder);
  git(folder, "init", "-q", "-b", "main");
  return folder;
}

function writeProject(repository: string): void {
  const source =
    "// SPDX-License-Identifier: MIT\nexport function total(items) {\n  let sum = 0;\n  for (const item of items) {\n    sum += item.price;\n  }\n  return sum;\n}\n";
  const licence =
    "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy\n";
  const manifest = JSON.stringify({
    name: "shop",
    license: "MIT",
    dependencies: { left: "1" },
    devDependencies: { right: "2" },
  });
  commit(repository, {
    "src/basket.js": source,
    LICENSE: licence,
    "package.json": `${manifest}\n`,
    "README.md": "# Shop\n",
  });
  mkdirSync(path.join(repository, "lib"));
  git(repository, "mv", "src/basket.js", "lib/cart.js");
  commit(repository, { "index.js": 'import "./lib/cart.js";\n' }, "Move", {
    GIT_AUTHOR_EMAIL: "ada@elsewhere.example",
  });
  const tests = 'import { test } from "node:test";\ntest("a", () => {});\ntest("b", () => {});\n';
  commit(repository, { "lib/cart.js": `${source}export const none = 0;\n`, "test/cart.test.js": tests });
  const workflow = "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n";
  commit(repository, { ".github/workflows/ci.yml": workflow }, "CI", {
    GIT_AUTHOR_NAME: "dependabot[bot]",
    GIT_AUTHOR_EMAIL: "bot@example.org",
  });
}

/** Writes files, commits everything; gives the commit. */
function commit(
  repository: string,
  files: Record<string, string>,
  message = "Change",
  environment: Record<string, string> = {},
): string {
  for (const [name, content] of Object.entries(files)) writeFile(repository, name, content);
  git(repository, "add", "--", ".");
  execFileSync("git", ["-C", repository, "commit", "-q", "--allow-empty", "-m", message], {
    env: { ...GIT_ENVIRONMENT, ...environment },
  });
  return git(repository, "rev-parse", "HEAD").trim();
}

function writeFile(repository: string, name: string, content: string): void {
  mkdirSync(path.dirname(path.join(repository, name)), { recursive: true });
  writeFileSync(path.join(repository, name), content);
}

function git(repository: string, ...args: string[]): string {
  return execFileSync("git", ["-C", repository, ...args], {
    env: GIT_ENVIRONMENT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}
