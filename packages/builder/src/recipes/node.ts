import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, relative } from "node:path";
import { BuildError } from "../build-error.ts";
import { removeTree } from "../disk.ts";
import { findTool, missingTool } from "../steps/toolchains.ts";
import { keepModules, modulesKey, removeCompilerFiles, restoreModules } from "./node-modules.ts";
import { type PackageManager, packageManagerOf, readManifest } from "./node-packages.ts";
import { command, type Kitchen, type Recipe } from "./recipe.ts";

/** Node: the sources with their `node_modules`. */
export const nodejs: Recipe = {
  keepsSource: true,
  toolchain: (steps, folder) =>
    steps.ask({ file: "node", args: ["-p", "process.version + ' ' + process.versions.modules"], folder }),
  async build(kitchen) {
    const { folder, target, steps } = kitchen;
    const manifest = await readManifest(folder);
    const manager = await packageManagerOf(folder, manifest);
    const environment = { ...(await installEnvironment(kitchen, manager.file)), ...kitchen.environment };
    if (findTool(manager.file, steps.environment) === null) throw missingTool(manager.file);
    await install(kitchen, manager, environment);
    // What the original starts needs no script; a pipeline in another language of the web makes it by one.
    if (manifest.scripts?.["build"] !== undefined && !existsSync(join(folder, "index.js")))
      await steps.run({ file: manager.file, args: ["run", "build"], folder, environment });
    return command("node", [entryOf(folder, manifest.main)], {
      folder: relative(target, folder),
      environment: kitchen.environment,
    });
  },
};

/**
 * Installs the dependencies, or takes them from an earlier build of the same manifests. Scripts of the pipeline's own may
 * depend on its other files.
 */
async function install(
  { root, folder, cacheOf, steps, isFresh }: Kitchen,
  manager: PackageManager,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const { scripts = {} } = await readManifest(folder);
  const isShared = !["preinstall", "install", "postinstall", "prepare"].some((name) =>
    Object.hasOwn(scripts, name),
  );
  const node = await steps.ask({ file: "node", args: ["-p", "process.version + process.arch"], folder });
  const key = await modulesKey(root, [manager.file, ...manager.install, node, relative(root, folder)]);
  const kept = join(await cacheOf("node_modules"), key);
  if (isShared && !isFresh && (await restoreModules(kept, root)))
    return steps.tell(`dependencies of an earlier build`);
  await steps.run({ file: manager.file, args: manager.install, folder, environment });
  await removeCompilerFiles(folder);
  if (!isShared) return;
  if (isFresh) await removeTree(kept);
  await keepModules(kept, root);
}

/** What is started: `index.js`, as in the original; else what the manifest names, or TypeScript, which Node 22.18 runs. */
function entryOf(folder: string, main: string | undefined): string {
  const names = ["index.js", ...(main === undefined ? [] : [main]), "index.mjs", "index.ts"];
  const found = names.find((name) => existsSync(join(folder, name)));
  if (found !== undefined) return found;
  throw new BuildError(
    `The folder has none of ${names.join(", ")}.`,
    "Add index.js, name the file as `main` in package.json, or let `npm run build` make it.",
  );
}

/** Quiet, and with the headers of this Node where they are: compiling modules then fetches nothing. */
async function installEnvironment(
  { cacheOf, steps, folder }: Kitchen,
  manager: PackageManager["file"],
): Promise<Readonly<Record<string, string>>> {
  const { environment } = steps;
  const prefix = dirname(
    dirname(await steps.ask({ file: "node", args: ["-p", "process.execPath"], folder })),
  );
  const cache = await cacheOf(manager);
  const said = environment["npm_config_nodedir"] ?? environment["NPM_CONFIG_NODEDIR"];
  const hasHeaders = existsSync(join(prefix, "include", "node", "node.h"));
  return {
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_progress: "false",
    npm_config_update_notifier: "false",
    ...(said === undefined && hasHeaders ? { npm_config_nodedir: prefix } : {}),
    MAKEFLAGS: environment["MAKEFLAGS"] ?? `-j${availableParallelism()}`,
    ...Object.fromEntries(CACHE_VARIABLES[manager].map((name) => [name, cache])),
    // Yarn 2 and newer would make no node_modules, and Node alone finds nothing then.
    ...(manager === "yarn" ? { YARN_NODE_LINKER: "node-modules" } : {}),
  };
}

/** Each warns of the settings of the others. Of two, older and newer versions read one each. */
const CACHE_VARIABLES: Readonly<Record<PackageManager["file"], readonly string[]>> = {
  npm: ["npm_config_cache"],
  yarn: ["YARN_CACHE_FOLDER", "YARN_GLOBAL_FOLDER"],
  pnpm: ["npm_config_store_dir", "pnpm_config_store_dir"],
};
