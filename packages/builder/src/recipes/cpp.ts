import { copyFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { BuildError } from "../build-error.ts";
import { findTool } from "../steps/toolchains.ts";
import { command, type Kitchen, type Recipe } from "./recipe.ts";

const PROGRAM = "pipeline.out";
const MAKEFILES = ["GNUmakefile", "makefile", "Makefile"];

/** C++: `make`, or CMake where there is no makefile; the program is called `pipeline.out`, or `pipeline`. */
export const cpp: Recipe = {
  keepsSource: false,
  async toolchain(steps, folder) {
    const compiler = steps.environment["CXX"] ?? "c++";
    const [version] = (await steps.ask({ file: "sh", args: ["-c", `${compiler} --version`], folder })).split(
      "\n",
    );
    // The program is linked with what is installed here.
    if (findTool("pkg-config", steps.environment) === null) return version ?? "";
    const grpc = await steps.ask({
      file: "sh",
      args: ["-c", "pkg-config --modversion grpc++ 2>/dev/null || echo none"],
      folder,
    });
    return `${version}, grpc++ ${grpc}`;
  },
  async build(kitchen) {
    const { folder, target, environment } = kitchen;
    const names = await readdir(folder);
    const built = names.some((name) => MAKEFILES.includes(name))
      ? await byMake(kitchen)
      : await byCmake(kitchen);
    if (built === null) {
      throw new BuildError(
        `The build made no program called ${PROGRAM}.`,
        `Let \`make\` without arguments, or CMake, make a program ${PROGRAM} (CMake: or \`pipeline\`).`,
      );
    }
    await copyFile(built, join(target, PROGRAM));
    return command(`./${PROGRAM}`, [], { environment });
  },
};

async function byMake({ folder, steps, environment }: Kitchen): Promise<string | null> {
  await steps.run({ file: "make", args: [], folder, environment });
  return programAt(folder, [PROGRAM]);
}

async function byCmake({ folder, steps, environment }: Kitchen): Promise<string | null> {
  const result = join(folder, "gaia-build");
  const run = (...args: readonly string[]): Promise<void> =>
    steps.run({ file: "cmake", args, folder, environment });
  await run("-S", ".", "-B", "gaia-build", "-DCMAKE_BUILD_TYPE=Release");
  await run("--build", "gaia-build", "--parallel");
  for (const at of [result, join(result, "bin"), folder]) {
    const found = await programAt(at, [PROGRAM, "pipeline"]);
    if (found !== null) return found;
  }
  return null;
}

async function programAt(folder: string, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found?.isFile() === true && (found.mode & 0o100) !== 0) return path;
  }
  return null;
}
