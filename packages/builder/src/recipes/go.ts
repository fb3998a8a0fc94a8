import { existsSync } from "node:fs";
import { open, readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { BuildError } from "../build-error.ts";
import { command, type Kitchen, type Recipe } from "./recipe.ts";

const PROGRAM = "pipeline";

/** The SDK that is published has no go.mod: its versions, and that of what it needs, have to be named exactly. */
const PUBLISHED_SDK = "github.com/gaia-pipeline/gosdk";
const PUBLISHED_MODULES = [
  `${PUBLISHED_SDK}@v0.0.0-20180909192508-cc9f89055777`,
  "github.com/gaia-pipeline/protobuf@v0.0.0-20180812091451-7be8a901b55a",
  // The last that Debian's Go 1.19 compiles; without a version the newest is taken.
  "google.golang.org/grpc@v1.64.1",
];

/** Go: one static program. */
export const golang: Recipe = {
  keepsSource: false,
  toolchain: (steps, folder) => steps.ask({ file: "go", args: ["version"], folder }),
  async build(kitchen) {
    const { folder, target, steps } = kitchen;
    const cache = await kitchen.cacheOf("go");
    const environment = {
      GOPATH: cache,
      GOMODCACHE: join(cache, "mod"),
      GOCACHE: join(cache, "build"),
      ...kitchen.environment,
    };
    const module = moduleFolder(kitchen);
    if (module === null) await makeModule(kitchen, environment);
    // Adds what go.mod or go.sum lack, as the original's `go get` does; a vendor folder or a workspace settles that itself.
    const settled = existsSync(join(module ?? folder, "vendor", "modules.txt")) || inWorkspace(kitchen);
    const resolving = settled ? [] : ["-mod=mod"];
    const program = join(target, PROGRAM);
    await steps.run({
      file: "go",
      args: ["build", ...resolving, "-modcacherw", "-buildvcs=false", "-trimpath", "-o", program, "."],
      folder,
      environment,
      shown: `go build ${[...resolving, "-trimpath"].join(" ")} -o ${PROGRAM} .`,
    });
    await checkProgram(program);
    return command(`./${PROGRAM}`, [], { environment: kitchen.environment });
  },
};

/** The nearest folder with a go.mod, at most up to the root of the sources. */
function moduleFolder({ root, folder }: Kitchen): string | null {
  for (let at = folder; !relative(root, at).startsWith(".."); at = dirname(at))
    if (existsSync(join(at, "go.mod"))) return at;
  return null;
}

function inWorkspace({ root, folder }: Kitchen): boolean {
  for (let at = folder; !relative(root, at).startsWith(".."); at = dirname(at))
    if (existsSync(join(at, "go.work"))) return true;
  return false;
}

async function makeModule(
  { folder, steps }: Kitchen,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const run = (...args: readonly string[]): Promise<void> =>
    steps.run({ file: "go", args, folder, environment });
  await run("mod", "init", "pipeline");
  if (await imports(folder, PUBLISHED_SDK)) await run("get", ...PUBLISHED_MODULES);
  await run("mod", "tidy");
}

async function imports(folder: string, path: string): Promise<boolean> {
  for (const name of await readdir(folder))
    if (name.endsWith(".go") && (await readFile(join(folder, name), "utf8")).includes(`"${path}"`))
      return true;
  return false;
}

/** `go build` of a package that is not `main` succeeds, and yields an archive. */
async function checkProgram(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
    if (!buffer.toString("latin1").startsWith("!<arch>")) return;
  } finally {
    await file.close();
  }
  throw new BuildError(
    "The folder has a Go package that is not `main`, so it is no program.",
    "Name the folder of `package main` with --folder, or call the package main.",
  );
}
