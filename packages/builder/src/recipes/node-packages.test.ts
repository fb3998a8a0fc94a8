import { describe, expect, test } from "vitest";
import { errorOf } from "../testing/error-of.ts";
import { sourceTree } from "../testing/source-tree.ts";
import { packageManagerOf, readManifest } from "./node-packages.ts";

async function managerOf(files: Readonly<Record<string, string>>) {
  const folder = sourceTree(files);
  const { file, install } = await packageManagerOf(folder, await readManifest(folder));
  return [file, ...install].join(" ");
}

describe("dependencies are installed", () => {
  test.each([
    ["npm install", { "package.json": "{}" }],
    ["npm ci", { "package.json": "{}", "package-lock.json": "{}" }],
    ["npm ci", { "package.json": "{}", "npm-shrinkwrap.json": "{}" }],
    ["yarn install --frozen-lockfile", { "package.json": "{}", "yarn.lock": "" }],
    ["yarn install --immutable", { "package.json": "{}", "yarn.lock": "", ".yarnrc.yml": "" }],
    ["yarn install --immutable", { "package.json": '{"packageManager":"yarn@4.1.0"}', "yarn.lock": "" }],
    ["pnpm install --frozen-lockfile", { "package.json": "{}", "pnpm-lock.yaml": "" }],
    [
      "pnpm install --frozen-lockfile",
      { "package.json": '{"packageManager":"pnpm@9.0.0"}', "pnpm-lock.yaml": "", "package-lock.json": "{}" },
    ],
  ])("by %s", async (command, files) => {
    expect(await managerOf(files)).toBe(command);
  });

  test("by nobody who is not named, where there are several lockfiles", async () => {
    const files = { "package.json": "{}", "yarn.lock": "", "package-lock.json": "{}" };
    expect(await errorOf(managerOf(files))).toContain("package-lock.json, yarn.lock. Remove those");
  });

  test.each(["{", "[]", "null"])("not by a package.json that is %s", async (text) => {
    expect(await errorOf(managerOf({ "package.json": text }))).toContain("Mend package.json.");
  });
});
