import { existsSync } from "node:fs";
import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ProgramCommand } from "@gaia/contracts/program-build.ts";
import { BuildError } from "../build-error.ts";
import { missingTool } from "../steps/toolchains.ts";
import { command, type Kitchen, type Recipe } from "./recipe.ts";

/** Where a pipeline that is a package is started in its virtual environment, and where one that is a script lies. */
export const PACKAGE = ".";
const SCRIPT = "pipeline";

/** Python: a virtual environment with the pipeline in it. */
export const python: Recipe = {
  keepsSource: false,
  async toolchain(steps, folder) {
    const print =
      "import sys, sysconfig; print(sys.version); print(sysconfig.get_config_var('EXT_SUFFIX')); print(sys.base_prefix)";
    const version = await steps.ask({ file: "python3", args: ["-c", print], folder });
    await steps.ask({ file: "python3", args: ["-c", "import ensurepip, venv"], folder }).catch(() => {
      throw missingTool("venv");
    });
    return version.replaceAll(/\s+/g, " ");
  },
  async build(kitchen) {
    const { folder, target } = kitchen;
    const install = await makeEnvironment(kitchen);
    if (existsSync(join(folder, "setup.py")) || existsSync(join(folder, "pyproject.toml"))) {
      await install(".");
      await settlePublishedSdk(kitchen, install);
      return startPython(PACKAGE, kitchen.environment);
    }
    if (!existsSync(join(folder, "pipeline.py"))) {
      throw new BuildError(
        "The folder has no module `pipeline`.",
        "Add pipeline.py with a function main, or a setup.py or pyproject.toml that installs such a module.",
      );
    }
    if (existsSync(join(folder, "requirements.txt"))) await install("--requirement", "requirements.txt");
    await settlePublishedSdk(kitchen, install);
    await cp(folder, join(target, SCRIPT), { recursive: true, verbatimSymlinks: true });
    return startPython(SCRIPT, kitchen.environment);
  },
};

/** Installs into the virtual environment, by pip's words. */
export type PipInstall = (...args: readonly string[]) => Promise<void>;

/** Makes the virtual environment of a build. Answers how something is installed in it. */
export async function makeEnvironment(kitchen: Kitchen): Promise<PipInstall> {
  const { folder, target, steps } = kitchen;
  const environment = {
    PIP_CACHE_DIR: await kitchen.cacheOf("pip"),
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_NO_INPUT: "1",
    PIP_PROGRESS_BAR: "off",
    ...kitchen.environment,
  };
  const args = ["-m", "venv", target];
  await steps.run({ file: "python3", args, folder, environment, shown: "python3 -m venv ." });
  return (...words) =>
    steps.run({
      file: join(target, "bin", "python"),
      args: ["-m", "pip", "install", ...words],
      folder,
      environment,
      shown: `pip install ${words.join(" ")}`,
    });
}

/** `activate` names the virtual environment by its absolute path: it is made where it stays. */
export function startPython(
  kind: typeof PACKAGE | typeof SCRIPT,
  environment: Readonly<Record<string, string>>,
): ProgramCommand {
  const activate = kind === PACKAGE ? "bin/activate" : "../bin/activate";
  const script = `. ${activate}; exec python -c "import pipeline; pipeline.main()"`;
  return command("sh", ["-c", script], { folder: kind, environment });
}

/**
 * The published SDK names neither `six` nor that its generated code needs an old protobuf: as it is installed it cannot
 * be imported. What goes with it is installed where it is found without.
 */
export async function settlePublishedSdk({ target }: Kitchen, install: PipInstall): Promise<void> {
  const names: string[] = [];
  for (const python of await readdir(join(target, "lib")))
    names.push(...(await readdir(join(target, "lib", python, "site-packages")).catch(() => [])));
  // By what is imported: how a package notes its version depends on the pip that installed it.
  if (!names.includes("gaiasdk")) return;
  const isOld = names.some((name) => /^protobuf-[0-3]\./.test(name));
  if (!names.includes("six.py") || !isOld) await install("six", "protobuf<4", "grpcio-health-checking<1.49");
}
