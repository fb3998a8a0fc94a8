import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { VERSION } from "@gaia/contracts/version.ts";
import { ROOT, sources, specifiersOf, trespasses } from "./rooms.ts";

const MOST_LINES = 400;
/** Longer files, each with the reason why it is one file. */
const LONG_FILES: Readonly<Record<string, string>> = {};

describe("the house is tidy", () => {
  test("nobody imports what the table of rooms does not allow", () => {
    expect(trespasses().map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  test("no file is longer than a reader holds in mind", () => {
    const long = sources().filter(
      (file) => readFileSync(join(ROOT, file), "utf8").split("\n").length > MOST_LINES,
    );
    expect(long.filter((file) => !(file in LONG_FILES))).toEqual([]);
  });

  test("files are kebab-case nouns, and none is called util, common, helpers or manager", () => {
    const names = sources().filter(
      (file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.config)?\.(tsx?|mjs)$/.test(basename(file)),
    );
    const vague = sources().filter((file) => /(^|[/-])(utils?|common|helpers?|manager)[./-]/.test(file));
    expect([...names, ...vague]).toEqual([]);
  });

  test("no source hides a type error or a rule without a reason", () => {
    const hidden = sources().filter((file) =>
      /@ts-ignore|@ts-nocheck|oxlint-disable(?!.* -- )/.test(readFileSync(join(ROOT, file), "utf8")),
    );
    expect(hidden).toEqual([]);
  });

  test("a package declares every package that it imports", () => {
    const undeclared = sources().flatMap((file) => {
      const folder = /^packages\/[a-z]+(?=\/src\/)/.exec(file)?.[0];
      if (folder === undefined) return [];
      const { name, dependencies = {} } = manifestOf(folder);
      return specifiersOf(file)
        .filter((specifier) => !/^(\.|node:)/.test(specifier))
        .map((specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier)
        .filter((wanted) => wanted !== name && !Object.hasOwn(dependencies, wanted))
        .map((wanted) => `${file} imports ${wanted}`);
    });
    expect(undeclared).toEqual([]);
  });

  test("no package declares one of ours that it does not import", () => {
    const idle = readdirSync(join(ROOT, "packages")).flatMap((name) => {
      const own = sources().filter((file) => file.startsWith(`packages/${name}/src/`));
      const imported = new Set(own.flatMap((file) => specifiersOf(file).map((from) => from.split("/")[1])));
      return Object.keys(manifestOf(`packages/${name}`).dependencies ?? {})
        .filter((wanted) => wanted.startsWith("@gaia/") && !imported.has(wanted.split("/")[1]))
        .map((wanted) => `${name} declares ${wanted}`);
    });
    expect(idle).toEqual([]);
  });

  test("one version is everywhere", () => {
    const paths = [
      "package.json",
      ...readdirSync(join(ROOT, "packages")).map((name) => join("packages", name, "package.json")),
    ];
    const versions = paths.map(
      (path) => (JSON.parse(readFileSync(join(ROOT, path), "utf8")) as { version: string }).version,
    );
    expect([...new Set(versions)]).toEqual([VERSION]);
  });

  test("decisions are numbered without gaps and listed", () => {
    const folder = join(ROOT, "docs", "adr");
    const records = readdirSync(folder)
      .filter((name) => /^\d{4}-/.test(name))
      .toSorted();
    expect(records.map((name) => Number(name.slice(0, 4)))).toEqual(records.map((_, index) => index + 1));
    const index = readFileSync(join(folder, "README.md"), "utf8");
    expect(records.filter((name) => !index.includes(name))).toEqual([]);
  });

  test("the lockfile names no registry, and no dependency runs a script that Gaia needs", () => {
    const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
      packages: Record<string, { resolved?: string }>;
    };
    const hosts = Object.values(lock.packages).flatMap(({ resolved }) =>
      resolved?.startsWith("http") === true ? [new URL(resolved).host] : [],
    );
    expect([...new Set(hosts)].filter((host) => host !== "registry.npmjs.org")).toEqual([]);
    expect(existsSync(join(ROOT, "LICENSE"))).toBe(true);
  });
});

function manifestOf(folder: string): {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
} {
  return JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
}
