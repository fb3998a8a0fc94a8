import { existsSync } from "node:fs";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProgramCommand } from "@gaia/contracts/program-build.ts";
import { BuildError } from "../build-error.ts";
import { command, type Kitchen, type Recipe } from "./recipe.ts";

/** Where the gem and what it needs are installed, below the build. */
const GEMS = "gems";
/** What the original replaces by a name of its own, so that pipelines do not share one. */
const PLACEHOLDER = "${NAME}";

/** Ruby: a gem, installed with what it needs into a folder of its own. */
export const ruby: Recipe = {
  keepsSource: false,
  async toolchain(steps, folder) {
    const version = await steps.ask({ file: "ruby", args: ["--version"], folder });
    return `${version}, gem ${await steps.ask({ file: "gem", args: ["--version"], folder })}`;
  },
  async build(kitchen) {
    const { id, folder, steps } = kitchen;
    const gemspec = await gemspecIn(folder);
    await nameGem(folder, gemspec, `pipeline-${id.slice(0, 16)}`);
    const built = "pipeline.gem";
    await steps.run({ file: "gem", args: ["build", gemspec, "--output", built], folder });
    return installGem(kitchen, built);
  },
};

/** Installs a gem with what it needs into the build. An empty part of GEM_PATH stands for the system's own gems: Debian's
 * grpc is found, and need not be compiled. `--force`, as the original: a dependency that no gem server has is no reason. */
export async function installGem(kitchen: Kitchen, gem: string): Promise<ProgramCommand> {
  const { folder, target, steps } = kitchen;
  const environment = {
    GEM_HOME: join(target, GEMS),
    GEM_PATH: `${join(target, GEMS)}:`,
    GEM_SPEC_CACHE: await kitchen.cacheOf("gem"),
    ...kitchen.environment,
  };
  await steps.run({ file: "gem", args: ["install", "--force", "--no-document", gem], folder, environment });
  const name = await nameOf(kitchen, gem);
  return command("ruby", ["-r", name, "-e", "Main.main"], {
    environment: { GEM_HOME: GEMS, GEM_PATH: `${GEMS}:`, ...kitchen.environment },
  });
}

async function gemspecIn(folder: string): Promise<string> {
  const all = (await readdir(folder)).filter((name) => name.endsWith(".gemspec"));
  const [only] = all;
  if (all.length === 1 && only !== undefined) return only;
  if (all.length === 0) throw new BuildError("The folder has no gemspec.", "Add one that holds lib/gaia.rb.");
  throw new BuildError(`The folder has several gemspecs: ${all.join(", ")}.`, "Keep that of the pipeline.");
}

async function nameGem(folder: string, gemspec: string, name: string): Promise<void> {
  const text = await readFile(join(folder, gemspec), "utf8");
  if (!text.includes(PLACEHOLDER)) return;
  await writeFile(
    join(folder, gemspec),
    text.replace(PLACEHOLDER, () => name),
  );
  const main = join(folder, "lib", "gaia.rb");
  if (existsSync(main)) await rename(main, join(folder, "lib", `${name}.rb`));
}

async function nameOf({ folder, steps }: Kitchen, gem: string): Promise<string> {
  const script = "require 'rubygems/package'; print Gem::Package.new(ARGV[0]).spec.name";
  return steps.ask({ file: "ruby", args: ["-e", script, gem], folder });
}
