import { chmod, copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ProgramLanguage } from "@gaia/program";
import { DROPPED_NAMES } from "../source/dropped.ts";
import { javaVersion, startJar, trainJava } from "./java.ts";
import { nodejs } from "./node.ts";
import { makeEnvironment, PACKAGE, python, settlePublishedSdk, startPython } from "./python.ts";
import { command, type Kitchen, type Recipe } from "./recipe.ts";
import { installGem, ruby } from "./ruby.ts";

/** What is done with a program that was built elsewhere: what the original does before it starts it. */
export const DROPPED_RECIPES: Readonly<Record<ProgramLanguage, Recipe>> = {
  golang: {
    keepsSource: false,
    toolchain: async () => "",
    build: (kitchen) => takeProgram(kitchen, "golang"),
  },
  cpp: { keepsSource: false, toolchain: async () => "", build: (kitchen) => takeProgram(kitchen, "cpp") },
  java: {
    keepsSource: false,
    toolchain: javaVersion,
    async build(kitchen) {
      await copyFile(join(kitchen.folder, DROPPED_NAMES.java), join(kitchen.target, DROPPED_NAMES.java));
      return startJar(kitchen);
    },
    train: trainJava,
  },
  python: {
    keepsSource: false,
    toolchain: python.toolchain,
    async build(kitchen) {
      const install = await makeEnvironment(kitchen);
      await install(DROPPED_NAMES.python);
      await settlePublishedSdk(kitchen, install);
      return startPython(PACKAGE, kitchen.environment);
    },
  },
  ruby: {
    keepsSource: false,
    toolchain: ruby.toolchain,
    build: (kitchen) => installGem(kitchen, DROPPED_NAMES.ruby),
  },
  nodejs: {
    keepsSource: false,
    toolchain: nodejs.toolchain,
    async build(kitchen) {
      const { folder, target, steps } = kitchen;
      const root = join(target, "source");
      await mkdir(root);
      await steps.run({
        file: "tar",
        args: ["--extract", "--gzip", "--no-same-owner", "--file", DROPPED_NAMES.nodejs, "--directory", root],
        folder,
        shown: `tar -xzf ${DROPPED_NAMES.nodejs}`,
      });
      return nodejs.build({ ...kitchen, root, folder: root });
    },
  },
};

async function takeProgram({ folder, target, environment }: Kitchen, language: "golang" | "cpp") {
  const name = DROPPED_NAMES[language];
  await copyFile(join(folder, name), join(target, name));
  await chmod(join(target, name), 0o755);
  return command(`./${name}`, [], { environment });
}
