import { isAbsolute, join, relative } from "node:path";
import type { DeclaredProgram } from "../gaia-file/read.ts";
import { command, type Recipe } from "./recipe.ts";

/** Any language: the commands that `gaia.yaml` names, in the sources, which become the build. */
export function declared(program: DeclaredProgram): Recipe {
  return {
    keepsSource: true,
    // Nobody but the author knows what the commands call.
    toolchain: async () => "",
    async build({ folder, target, steps, environment }) {
      for (const line of program.build)
        await steps.run({ file: "sh", args: ["-ec", line], folder, environment, shown: line });
      const [file = "", ...args] = program.start;
      const below = relative(target, folder);
      // The author names it from the pipeline's folder, a build's command from the build's.
      const isNear = file.includes("/") && !isAbsolute(file);
      return command(isNear ? `./${join(below, file)}` : file, args, { folder: below, environment });
    },
  };
}
