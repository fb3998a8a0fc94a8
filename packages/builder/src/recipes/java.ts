import { copyFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ProgramCommand } from "@gaia/contracts/program-build.ts";
import { BuildError } from "../build-error.ts";
import { waitForLock } from "../builds/lock.ts";
import type { Steps } from "../steps/steps.ts";
import { findTool, missingTool } from "../steps/toolchains.ts";
import { command, type Kitchen, type Recipe, type Training } from "./recipe.ts";

const JAR = "pipeline.jar";
/** The name that the original asks for; any other is taken when it is the only one. */
const USUAL = "plugin-jar-with-dependencies.jar";
const ENDING = "-jar-with-dependencies.jar";

/** Java: one jar with all it needs, by Maven's assembly plugin. */
export const java: Recipe = {
  keepsSource: false,
  async toolchain(steps, folder) {
    const home = steps.environment["JAVA_HOME"];
    const compiler = home === undefined ? "javac" : join(home, "bin", "javac");
    if (findTool("mvn", steps.environment) === null) throw missingTool("mvn");
    const version = await steps.ask({ file: compiler, args: ["-version"], folder });
    // It prints its notes of options that it was given first.
    return `${version.split("\n").at(-1)}, ${await javaVersion(steps, folder)}`;
  },
  async build({ folder, target, cacheOf, steps, environment, signal }) {
    const cache = await cacheOf("maven");
    // Two Mavens in one repository see each other's half files.
    const lock = await waitForLock(join(cache, ".lock"), { signal, onWait: () => {} });
    try {
      await steps.run({
        file: "mvn",
        args: [
          "-B",
          "-ntp",
          "-Dstyle.color=never",
          `-Dmaven.repo.local=${cache}`,
          "clean",
          "compile",
          "assembly:single",
        ],
        folder,
        environment,
        shown: "mvn clean compile assembly:single",
      });
    } finally {
      lock.release();
    }
    await copyFile(await jarIn(join(folder, "target")), join(target, JAR));
    return startJar({ environment });
  },
  train: trainJava,
};

const ARCHIVE = "pipeline.jsa";

/**
 * An archive of the classes that a start loads halves the time that it takes the processor: 480 of 930 ms, measured with
 * the published SDK on JDK 17. Java 13 and newer make one. What Java says of an archive that does not fit would go to
 * stdout, before the handshake.
 */
export function trainJava(command: ProgramCommand): Training {
  const using = [
    `-XX:SharedArchiveFile=${ARCHIVE}`,
    "-Xshare:auto",
    "-Xlog:disable",
    "-Xlog:all=error:stderr",
  ];
  return {
    start: { ...command, args: [`-XX:ArchiveClassesAtExit=${ARCHIVE}`, ...command.args] },
    file: ARCHIVE,
    trained: { ...command, args: [...using, ...command.args] },
  };
}

/** The Java that runs programs here. */
export async function javaVersion(steps: Steps, folder: string): Promise<string> {
  return (await steps.ask({ file: "java", args: ["-version"], folder })).replaceAll(/\s+/g, " ");
}

/** The command of a jar in the build's folder. */
export function startJar({ environment }: Pick<Kitchen, "environment">): ProgramCommand {
  return command("java", ["-jar", JAR], { environment });
}

async function jarIn(folder: string): Promise<string> {
  const jars = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ENDING));
  const [only] = jars;
  if (jars.includes(USUAL)) return join(folder, USUAL);
  if (jars.length === 1 && only !== undefined) return join(folder, only);
  const found = jars.length === 0 ? "no" : "more than one";
  throw new BuildError(
    `Maven made ${found} target/*${ENDING}.`,
    "Set `finalName` to `plugin`, and let maven-assembly-plugin make a jar-with-dependencies.",
  );
}
