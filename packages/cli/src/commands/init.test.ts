import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { TEMPLATE_LANGUAGES } from "../init/languages.ts";
import { CommandLine, type Ended } from "../testing/command-line.ts";
import { TmuxTerminal } from "../testing/tmux-terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "gaia-init-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function init(...words: readonly string[]): Promise<Ended> {
  return new CommandLine(folder, ["init", "pipeline", ...words], { cwd: folder }).ended;
}

function filesBelow(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((item) => !item.isDirectory())
    .map((item) => relative(root, join(item.parentPath, item.name)));
}

describe.each(TEMPLATE_LANGUAGES)("gaia init pipeline --lang $name", ({ name, sdk, template }) => {
  test("writes the template, with its name filled in, and of the SDK what a pipeline needs", async () => {
    const { status, stdout } = await init("--lang", name, `release-${name}`);
    expect(status).toBe(0);
    const root = join(folder, `release-${name}`);
    const files = filesBelow(root);
    const own = files.filter((path) => !path.startsWith("gaia-sdk/"));
    const from = fileURLToPath(new URL(`../../../../sdks/${sdk}/${template}/`, import.meta.url));
    expect(own.toSorted()).toEqual(filesBelow(from).toSorted());
    for (const path of files) {
      expect(statSync(join(root, path)).isFile()).toBe(true);
      expect(readFileSync(join(root, path), "utf8"), path).not.toContain("@NAME@");
    }
    expect(files).toEqual(expect.arrayContaining(["README.md", "gaia-sdk/README.md", "gaia-sdk/LICENSE"]));
    const ours = files.filter((path) => path.startsWith("gaia-sdk/"));
    expect(
      ours.filter((path) => /(^|\/)(tests?|conformance|template[^/]*|node_modules)\/|_test\.go$/.test(path)),
    ).toEqual([]);
    expect(stdout).toContain(`cd release-${name}\n`);
    expect(stdout).toMatch(/gaia pipeline create \. +gives it to Gaia\n$/);
  });
});

test("takes the folder that it is in, when it is empty, and names of languages in any case", async () => {
  const here = join(folder, "Here");
  mkdirSync(join(here, ".git"), { recursive: true });
  const { status, stdout } = await new CommandLine(folder, ["init", "pipeline", "--lang", "C++", "--json"], {
    cwd: here,
  }).ended;
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ name: "here", language: "cpp", folder: here });
  expect(readFileSync(join(here, "README.md"), "utf8")).toContain("# here");
});

describe("on a terminal", () => {
  async function asked(name: string): Promise<TmuxTerminal> {
    const terminal = await TmuxTerminal.open({ columns: 100, rows: 30 }, folder, [
      ...["init", "pipeline", join(folder, name)],
    ]);
    onTestFinished(() => terminal.close());
    await terminal.shows("In which language?");
    return terminal;
  }

  test("asks for the language", async () => {
    const terminal = await asked("asked");
    await terminal.press("Down");
    await terminal.shows("● Python");
    await terminal.press("Enter");
    await terminal.shows("asked, a pipeline in Python");
    await terminal.shows("[status 0]");
    expect(existsSync(join(folder, "asked", "pipeline.py"))).toBe(true);
  });

  test("writes nothing when the question is broken off", async () => {
    const terminal = await asked("broken-off");
    await terminal.press("C-c");
    await terminal.shows("[status 130]");
    expect(existsSync(join(folder, "broken-off"))).toBe(false);
  });
});

describe("is refused, and nothing is written", () => {
  test("in a folder that is not empty", async () => {
    const full = join(folder, "full");
    mkdirSync(full);
    writeFileSync(join(full, "notes.txt"), "");
    const { status, stderr } = await init("--lang", "go", "full");
    expect(stderr).toContain(`${full} is not empty: it has notes.txt.`);
    expect(stderr).toContain("gaia init pipeline");
    expect(status).toBe(2);
    expect(readdirSync(full)).toEqual(["notes.txt"]);
  });

  test.each([
    [
      ["--lang", "pyton", "x"],
      "There is no template in `pyton`; did you mean `python`? There are go, python",
    ],
    [["x"], "In which language? Say it with --lang: go, python"],
    [["--lang", "go", "1st"], "The folder's name `1st` cannot name a pipeline"],
    [["--lang", "go", "full/notes.txt"], "cannot name a pipeline"],
  ])("%j", async (words, sentence) => {
    const { status, stderr } = await init(...words);
    expect(stderr).toContain(sentence);
    expect(status).toBe(2);
    expect(existsSync(join(folder, "x"))).toBe(false);
  });
});
