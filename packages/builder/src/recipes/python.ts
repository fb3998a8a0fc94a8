import { existsSync } from "node:fs";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProgramCommand } from "@gaia/contracts/program-build.ts";
import { BuildError } from "../build-error.ts";
import { missingTool } from "../steps/toolchains.ts";
import { command, type Recipe } from "./recipe.ts";

/** Where a pipeline that is no package lies in its virtual environment. */
const SOURCE = "pipeline";

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
    const { folder, target, steps } = kitchen;
    const environment = {
      PIP_CACHE_DIR: await kitchen.cacheOf("pip"),
      PIP_DISABLE_PIP_VERSION_CHECK: "1",
      PIP_NO_INPUT: "1",
      PIP_PROGRESS_BAR: "off",
      ...kitchen.environment,
    };
    await steps.run({
      file: "python3",
      args: ["-m", "venv", target],
      folder,
      environment,
      shown: "python3 -m venv .",
    });
    const install = (...args: readonly string[]): Promise<void> =>
      steps.run({
        file: join(target, "bin", "python"),
        args: ["-m", "pip", "install", ...args],
        folder,
        environment,
        shown: `pip install ${args.join(" ")}`,
      });
    const isPackage = existsSync(join(folder, "setup.py")) || existsSync(join(folder, "pyproject.toml"));
    const more = (await usesPublishedSdk(folder)) ? ["six", "protobuf<4", "grpcio-health-checking<1.49"] : [];
    if (isPackage) {
      await install(".", ...more);
      return start(".", kitchen.environment);
    }
    if (!existsSync(join(folder, "pipeline.py"))) {
      throw new BuildError(
        "The folder has no module `pipeline`.",
        "Add pipeline.py with a function main, or a setup.py or pyproject.toml that installs such a module.",
      );
    }
    if (existsSync(join(folder, "requirements.txt")))
      await install("--requirement", "requirements.txt", ...more);
    await cp(folder, join(target, SOURCE), { recursive: true, verbatimSymlinks: true });
    return start(SOURCE, kitchen.environment);
  },
};

/** `activate` names the virtual environment by its absolute path: it is made where it stays. */
function start(folder: "." | typeof SOURCE, environment: Readonly<Record<string, string>>): ProgramCommand {
  const activate = folder === "." ? "bin/activate" : "../bin/activate";
  const script = `. ${activate}; exec python -c "import pipeline; pipeline.main()"`;
  return command("sh", ["-c", script], { folder, environment });
}

/** The published SDK names neither `six` nor that its generated code needs an old protobuf, and what goes with that. */
async function usesPublishedSdk(folder: string): Promise<boolean> {
  for (const name of ["setup.py", "setup.cfg", "pyproject.toml", "requirements.txt"]) {
    const text = await readFile(join(folder, name), "utf8").catch(() => "");
    if (/\bgaiasdk\b/.test(text)) return true;
  }
  return false;
}
