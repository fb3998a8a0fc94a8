import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { COMMON_FLAGS, type CommandSpec } from "@gaia/cli/command-spec.ts";
import { COMMANDS } from "@gaia/cli/commands/specs.ts";
import { runStatus, jobStatus } from "@gaia/contracts";
import { gaiaFile } from "@gaia/contracts/gaia-file.ts";
import { taskFile, workflowFile } from "@gaia/contracts/workflow-file.ts";
import { FUNCTIONS, MACROS, METHODS, STATUS_FUNCTIONS } from "@gaia/core/expression/index.ts";
import { startTestServer } from "@gaia/server/api/testing/test-server.ts";
import { parseWorkflow } from "@gaia/server/pipelines/index.ts";
import { parse as parseYaml } from "yaml";
import { describe, expect, test } from "vitest";
import { withTable } from "./docs.ts";
import { ROOT } from "./rooms.ts";

/**
 * What the documentation shows is tried: workflows parse, commands and their flags exist, links lead somewhere. Tables
 * about routes and commands equal the code; to mend them: `GAIA_WRITE_DOCS=1 npx vitest run tools/snippets.test.ts`.
 */

const MENDS = process.env["GAIA_WRITE_DOCS"] === "1";

/** Files that are in the repository, or will be with the next commit. */
const FILES = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: ROOT,
  encoding: "utf8",
  maxBuffer: 64 * 1024 * 1024,
})
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(ROOT, file)));
const DOCUMENTS = FILES.filter((file) => file.endsWith(".md"));
/** Workflows; a program has a `gaia.yaml`. */
const EXAMPLES = FILES.filter((file) => /^examples\/.*(?<!\/gaia)\.ya?ml$/.test(file));

interface Fence {
  readonly place: string;
  readonly language: string;
  readonly text: string;
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

function fencesOf(file: string): readonly Fence[] {
  const text = read(file);
  return Array.from(text.matchAll(/^```(\w*)[^\n]*\n([\s\S]*?)^```/gm), (match) => ({
    place: `${file}:${text.slice(0, match.index).split("\n").length}`,
    language: match[1] ?? "",
    text: match[2] ?? "",
  }));
}

describe("workflows in the documentation", () => {
  const shown = DOCUMENTS.flatMap(fencesOf).filter(
    ({ language, text }) => /^ya?ml$/.test(language) && isWorkflow(text),
  );
  const whole = EXAMPLES.map((file) => ({ place: file, text: read(file) }));

  test.each([...shown, ...whole].map(({ place, text }) => [place, text] as const))(
    "%s has no problems",
    async (place, text) => {
      const parsed = await parseWorkflow(text, { file: place });
      const problems = parsed.kind === "ok" ? parsed.warnings : parsed.problems;
      expect(problems.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([]);
      if (parsed.kind === "ok") expect(parsed.workflow.unsupported).toEqual([]);
    },
  );

  test("are found", () => expect(shown.length).toBeGreaterThan(10));
});

function isWorkflow(text: string): boolean {
  const value: unknown = parseYaml(text);
  return typeof value === "object" && value !== null && "tasks" in value;
}

describe("the reference of workflow files", () => {
  const document = read("docs/workflow-files.md");
  const calls = [...Object.keys(FUNCTIONS), ...Object.keys(METHODS), ...MACROS, ...STATUS_FUNCTIONS, "has"];

  test.each(Object.keys({ ...workflowFile.shape, ...taskFile.shape }))("tells of the key %s", (key) => {
    expect(document).toContain(`\`${key}\``);
  });
  test.each(calls)("tells of %s()", (name) => {
    expect(document).toMatch(new RegExp(`\\b${name}\\(`));
  });
});

test.each(Object.keys(gaiaFile.shape))("the reference of gaia.yaml tells of the key %s", (key) => {
  expect(read("docs/building-pipelines.md")).toContain(`| \`${key}\` |`);
});

test("the concepts name every status", () => {
  const document = read("docs/concepts.md");
  const [, runs = "", jobs = ""] = document.split(/^## (?:Run|Job) statuses$/m);
  for (const status of runStatus.options) expect(runs).toContain(`| \`${status}\` |`);
  for (const status of jobStatus.options) expect(jobs).toContain(`| \`${status}\` |`);
});

interface Typed {
  readonly place: string;
  readonly text: string;
}

/** Commands in code blocks, in code between backticks, and in the comments of examples. */
function commandsTyped(): readonly Typed[] {
  const fenced = DOCUMENTS.flatMap(fencesOf).flatMap(({ place, language, text }) =>
    ["", "sh", "bash", "console"].includes(language)
      ? linesOf(text).map((line) => ({ place, text: line }))
      : [],
  );
  const inline = DOCUMENTS.flatMap((file) =>
    Array.from(
      read(file)
        .replaceAll(/^```[\s\S]*?^```/gm, "")
        .matchAll(/`(gaia [^`]+)`/g),
      (match) => ({ place: file, text: match[1] ?? "" }),
    ),
  );
  const commented = EXAMPLES.flatMap((file) =>
    linesOf(read(file))
      .filter((line) => line.startsWith("#"))
      .map((line) => ({ place: file, text: line.replace(/^#\s*/, "") })),
  );
  return [...fenced, ...inline, ...commented].flatMap(({ place, text }) =>
    invocationsIn(text).map((one) => ({ place, text: one })),
  );
}

function linesOf(text: string): readonly string[] {
  return text.replaceAll("\\\n", " ").split("\n");
}

/** Each `gaia …` of a line, where a command can begin, up to what the shell or a comment takes over. */
function invocationsIn(line: string): readonly string[] {
  const starts = /(?:^|&&|;|\||<\(|\(or )\s*(?:\$ )?(?:npx )?gaia (?=[a-z-])/g;
  return Array.from(line.matchAll(starts), (match) => {
    const rest = line.slice(match.index + match[0].length);
    return rest.split(/\s+#\s|\s{2,}|\s[|;&<>](?:\s|$)|\)|,\s|\s\(/)[0] ?? "";
  });
}

/** Words as a shell cuts them; quotes are taken off. */
function wordsOf(text: string): readonly string[] {
  return (text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) => word.replaceAll(/["']/g, ""));
}

/** What is wrong with a command; null: nothing. Words in capitals, `…` and `[…]` stand for something. */
function commandProblem(text: string): string | null {
  const all = wordsOf(text);
  // What is behind `--` are the words of another command.
  const words = all.includes("--") ? all.slice(0, all.indexOf("--")) : all;
  if (words[0] === "help") return commandProblem(words.slice(1).join(" "));
  if (words[0] === "COMMAND" || words[0]?.startsWith("--")) return null;
  let spec: CommandSpec | undefined;
  let among: readonly CommandSpec[] | undefined = COMMANDS;
  let at = 0;
  for (; among !== undefined && at < words.length; at++) {
    spec = among.find((command) => command.name === words[at]);
    if (spec === undefined) return `there is no command \`gaia ${words.slice(0, at + 1).join(" ")}\``;
    among = spec.commands;
  }
  const flags = [...(spec?.flags ?? []), ...COMMON_FLAGS, { flags: "-h, --help" }].flatMap(
    (flag) => flag.flags.match(/(?<![\w-])--?[a-z-]+/g) ?? [],
  );
  const unknown = words
    .slice(at)
    .find((word) => /^--?[a-z]/.test(word) && !flags.includes(word.replace(/=.*/, "")));
  return unknown === undefined ? null : `\`gaia ${words.slice(0, at).join(" ")}\` has no flag ${unknown}`;
}

describe("commands in the documentation", () => {
  const typed = commandsTyped();

  test("exist, with their flags", () => {
    const problems = typed.flatMap(({ place, text }) => {
      const problem = commandProblem(text);
      return problem === null ? [] : [`${place}: ${problem}`];
    });
    expect(problems).toEqual([]);
  });

  test("are found in documents and examples", () => {
    expect(typed.length).toBeGreaterThan(80);
    for (const place of ["README.md:", "docs/cli.md", "examples/hello/"])
      expect(typed.some((one) => one.place.startsWith(place))).toBe(true);
  });

  test("would be refused if they did not exist", () => {
    expect(commandProblem("rnu ci.yaml")).toMatch("no command");
    expect(commandProblem("workflow begin ci")).toMatch("no command");
    expect(commandProblem("run ci.yaml --inptu a=b")).toMatch("no flag --inptu");
  });
});

test("every `npm run` in the documentation is a script", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const named = DOCUMENTS.flatMap((file) =>
    Array.from(read(file).matchAll(/\bnpm run ([a-z][\w:-]*)/g), (match) => ({
      file,
      script: match[1] ?? "",
    })),
  );
  expect(named.filter(({ script }) => !Object.hasOwn(scripts, script))).toEqual([]);
});

describe("links", () => {
  // Those of a template are right in the folder that is made of it.
  test.each(DOCUMENTS.filter((file) => !/^sdks\/\w+\/template/.test(file)))(
    "of %s lead to files and headings that are there",
    (file) => {
      expect(linkProblems(file)).toEqual([]);
    },
  );
});

function linkProblems(file: string): readonly string[] {
  const text = read(file)
    .replaceAll(/^```[\s\S]*?^```/gm, "")
    .replaceAll(/`[^`\n]*`/g, "code");
  const links = Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), (match) => match[1] ?? "");
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = "", heading] = link.split("#");
    const target = path === "" ? join(ROOT, file) : resolve(ROOT, dirname(file), path);
    if (!existsSync(target)) return true;
    return heading !== undefined && target.endsWith(".md") && !headingsOf(target).includes(heading);
  });
}

/** Anchors as GitHub makes them. */
function headingsOf(path: string): readonly string[] {
  const text = readFileSync(path, "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");
  return Array.from(text.matchAll(/^#+ (.+)$/gm), (match) =>
    (match[1] ?? "")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-"),
  );
}

describe("tables", () => {
  test("docs/cli.md shows every command with its flags", () => {
    compare(
      "docs/cli.md",
      visible(COMMANDS, []).map(({ path, spec }) => ({
        name: `command ${path.join(" ")}`,
        text: commandText(path, spec),
      })),
    );
  });

  test("docs/cli.md links to each of its parts at its beginning", () => {
    const [contents = ""] = read("docs/cli.md").split(/^## /m);
    const linked = Array.from(contents.matchAll(/\]\(#(gaia-[a-z]+)\)/g), ([, anchor]) => anchor);
    const parts = Array.from(
      read("docs/cli.md").matchAll(/^## gaia ([a-z]+)$/gm),
      ([, name]) => `gaia-${name}`,
    );
    expect(new Set(linked)).toEqual(new Set(parts));
  });

  test("docs/rest.md shows every route", async () => {
    const server = await startTestServer();
    try {
      const { json } = await server.ask("/api/v1/openapi.json");
      compare("docs/rest.md", [{ name: "routes", text: routesText(json) }]);
    } finally {
      await server.close();
    }
  });
});

function compare(file: string, tables: readonly { readonly name: string; readonly text: string }[]): void {
  const document = read(file);
  const wanted = tables.reduce(
    (text, { name, text: table }) => withTable(text, { file, name, text: table }),
    document,
  );
  if (MENDS) writeFileSync(join(ROOT, file), wanted);
  else expect(document).toBe(wanted);
}

function visible(
  commands: readonly CommandSpec[],
  before: readonly string[],
): readonly { path: readonly string[]; spec: CommandSpec }[] {
  return commands.flatMap((spec) => {
    const path = [...before, spec.name];
    if (spec.hidden === true) return [];
    // The short forms under their full names have their section already.
    if (before.length > 0 && COMMANDS.includes(spec)) return [];
    return spec.commands === undefined ? [{ path, spec }] : visible(spec.commands, path);
  });
}

function commandText(path: readonly string[], spec: CommandSpec): string {
  const words = ["gaia", ...path, ...(spec.arguments === undefined ? [] : [spec.arguments])].join(" ");
  const flags = (spec.flags ?? []).filter((flag) => flag.hidden !== true);
  const rows = flags.map(
    (flag) => `| \`${flag.flags}\` | ${flag.text}${flag.repeats === true ? " (repeatable)" : ""} |`,
  );
  const table = rows.length === 0 ? [] : ["", "| flag | meaning |", "| --- | --- |", ...rows];
  return ["", `${spec.summary}.`, "", "```", words, "```", ...table, ""].join("\n");
}

interface Operation {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
}

function routesText(document: unknown): string {
  const { paths } = document as { paths: Record<string, Record<string, Operation>> };
  const rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const query = operation.parameters
        .filter((parameter) => parameter.in === "query")
        .map(({ name }) => `\`${name}\``);
      return {
        tag: operation.tags[0] ?? "",
        row: `| \`${method.toUpperCase()} ${path}\` | ${operation.summary} | ${query.join(" ")} |`,
      };
    }),
  );
  const tags = [...new Set(rows.map(({ tag }) => tag))];
  return tags
    .flatMap((tag) => [
      "",
      `### ${tag}`,
      "",
      "| route | | parameters |",
      "| --- | --- | --- |",
      ...rows.filter((one) => one.tag === tag).map(({ row }) => row),
    ])
    .concat("")
    .join("\n");
}
