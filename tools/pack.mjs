// `npm run pack`: the npm package, as JavaScript. Node refuses to strip types below node_modules, so each source file
// is compiled on its own and keeps its place: paths relative to a file are the same in the clone and in the package.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, posix, relative, resolve } from "node:path";
import { transformSync } from "esbuild";
import { readArguments } from "./arguments.mjs";
import { findNode, root, run } from "./setup.mjs";

const PACKAGES = ["core", "contracts", "server", "worker", "launcher", "program", "builder", "git", "cli"];
const USAGE = `usage: npm run pack -- [--out FOLDER] [--web FOLDER]
  --out FOLDER   where the package goes (dist)
  --web FOLDER   the built dashboard (packages/web/dist)`;
const values = readArguments(USAGE, { out: { type: "string" }, web: { type: "string" } });
const target = resolve(values.out ?? join(root, "dist"));
const web = resolve(values.web ?? join(root, "packages", "web", "dist"));
const out = join(target, "package");
rmSync(out, { recursive: true, force: true });

for (const name of PACKAGES) compileFolder(join(root, "packages", name, "src"));
for (const folder of ["proto", "examples"])
  cpSync(join(root, folder), join(out, folder), { recursive: true });
copySdks();
// Without a build of it the package has no dashboard, and says so at its address.
if (existsSync(web)) cpSync(web, join(out, "packages", "web", "dist"), { recursive: true });
for (const file of ["LICENSE", "README.md", "CHANGELOG.md"]) cpSync(join(root, file), join(out, file));
cpSync(join(root, "packages", "cli", "bin"), join(out, "packages", "cli", "bin"), { recursive: true });
writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
process.exit(
  run("npm", ["pack", "--silent", "--pack-destination", target], {
    cwd: out,
    env: { ...process.env, PATH: `${dirname(findNode())}:${process.env.PATH}` },
  }),
);

function compileFolder(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) {
      if (!["testing", "suite", "golden"].includes(name)) compileFolder(path);
    } else if (name.endsWith(".ts")) {
      if (!/\.(test|suite)\.ts$/.test(name)) compile(path);
    } else copy(path);
  }
}

/**
 * What `gaia init pipeline` copies: SDKs and templates, without their tests. Links into the repository become what they
 * lead to. npm keeps no `.gitignore` and no `.npmrc` in a package, so they are called `dot-…` there.
 */
function copySdks() {
  const leftOut = new Set(["conformance", "tests", "build", "target", "node_modules", "__pycache__"]);
  for (const path of filesBelow(join(root, "sdks"), (name) => leftOut.has(name))) {
    const [from, name] = [relative(root, path), basename(path)];
    const isTest =
      !/\/template[^/]*\//.test(from) && (/_test\.go$|\/test\//.test(from) || name.startsWith("."));
    if (isTest) continue;
    const target = join(out, dirname(from), name.startsWith(".") ? `dot-${name.slice(1)}` : name);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, readFileSync(path), { mode: statSync(path).mode });
  }
}

function filesBelow(folder, isLeftOut) {
  return readdirSync(folder).flatMap((name) => {
    if (isLeftOut(name)) return [];
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path, isLeftOut) : [path];
  });
}

function compile(path) {
  const { code } = transformSync(readFileSync(path, "utf8"), {
    loader: "ts",
    format: "esm",
    target: "node24",
    sourcefile: relative(root, path),
  });
  write(path.replace(/\.ts$/, ".js"), withJavaScriptPaths(code, path));
}

/** Workspace names become relative paths, and `.ts` becomes `.js`: in imports as well as in `new URL("./x.ts", …)`. */
function withJavaScriptPaths(code, path) {
  return code
    .replace(/"@gaia\/([a-z]+)(?:\/([^"]*))?"/g, (_, name, file = "index.ts") => {
      const target = posix.relative(dirname(relative(root, path)), `packages/${name}/src/${file}`);
      return `"${target.startsWith(".") ? target : `./${target}`}"`;
    })
    .replace(/"(\.{1,2}\/[^"\n]*)\.ts"/g, '"$1.js"');
}

function copy(path) {
  const file = join(out, relative(root, path));
  mkdirSync(dirname(file), { recursive: true });
  cpSync(path, file);
}

function write(path, text) {
  const file = join(out, relative(root, path));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Dependencies at the versions that the lockfile names: what was tested is what is installed. */
function manifest() {
  const read = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));
  const own = read("package.json");
  const locked = read("package-lock.json").packages;
  const names = new Set(
    PACKAGES.flatMap((name) => Object.keys(read(`packages/${name}/package.json`).dependencies ?? {})),
  );
  const dependencies = [...names].filter((name) => !name.startsWith("@gaia/")).sort();
  return {
    name: "gaia-automation",
    version: own.version,
    description: own.description,
    license: own.license,
    type: "module",
    bin: { gaia: "packages/cli/bin/gaia.mjs", "gaia-workflow": "packages/cli/bin/gaia.mjs" },
    engines: { node: ">=20" },
    dependencies: Object.fromEntries(
      dependencies.map((name) => [name, locked[`node_modules/${name}`].version]),
    ),
    optionalDependencies: own.optionalDependencies,
  };
}
