// Builds the dashboard: the typed client out of the server's own OpenAPI document, then the bundle. `--types` makes only
// the types, which is what a check needs. Done again only when something that it is made of has changed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { readArguments } from "./arguments.mjs";
import { environmentFor, fail, findNode, root } from "./setup.mjs";

const USAGE = `usage: npm run build -- [--types]
  --types   only the types of the server's answers`;
const web = join(root, "packages", "web");
const types = join(web, "src", "api", "schema.d.ts");
const dist = join(web, "dist");
/** What the document, and with it the types, is made of. */
const OF_TYPES = ["packages/contracts/src", "packages/server/src/api"];
const OF_BUNDLE = [
  "packages/web/src",
  "packages/web/public",
  "packages/web/index.html",
  "packages/web/vite.config.ts",
  // The editor offers them as a beginning.
  "examples",
  "package-lock.json",
];

/** Makes what is missing or old. Returns the milliseconds that it took, 0 if nothing was to do. */
export async function buildDashboard({ typesOnly = false } = {}) {
  const startedAt = Date.now();
  const node = findNode();
  const typesHash = hashOf(OF_TYPES);
  if (!existsSync(types) || readStamp("types") !== typesHash) {
    await makeTypes(node);
    writeStamp("types", typesHash);
  } else if (typesOnly) return 0;
  if (typesOnly) return Date.now() - startedAt;
  const bundleHash = hashOf([...OF_TYPES, ...OF_BUNDLE]);
  if (existsSync(join(dist, "index.html")) && readStamp("bundle") === bundleHash) return 0;
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const result = spawnSync(node, [vite, "build", "--logLevel", "warn"], {
    cwd: web,
    env: environmentFor(node),
    encoding: "utf8",
  });
  if (result.status !== 0) fail(`The dashboard could not be built:\n${result.stdout}${result.stderr}`);
  compress(dist);
  writeStamp("bundle", bundleHash);
  return Date.now() - startedAt;
}

/** A real server in a home of its own is asked for its document: what it serves is what the client is made of. */
async function makeTypes(node) {
  const home = mkdtempSync(join(tmpdir(), "gaia-openapi-"));
  writeFileSync(join(home, "config.toml"), '[server]\nlisten = ""\n\n[worker]\nenabled = false\n');
  const entry = join(root, "packages", "server", "src", "main.ts");
  const server = spawn(node, [entry, "--home", home], {
    env: { ...environmentFor(node), GAIA_LOG_LEVEL: "error" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  server.stderr.on("data", (chunk) => (said += chunk));
  let isEnding = false;
  const ended = new Promise((resolve) => server.once("exit", resolve));
  try {
    await Promise.race([
      new Promise((resolve) => server.stdout.once("data", resolve)),
      ended.then(
        () => isEnding || fail(`The server that tells its OpenAPI document did not start:\n${said}`),
      ),
    ]);
    const document = join(home, "openapi.json");
    writeFileSync(document, await ask(join(home, "gaia.sock"), "/api/v1/openapi.json"));
    const cli = join(web, "node_modules", "openapi-typescript", "bin", "cli.js");
    const result = spawnSync(node, [cli, document, "-o", types], {
      env: environmentFor(node),
      encoding: "utf8",
    });
    if (result.status !== 0)
      fail(`The dashboard's client could not be made:\n${result.stdout}${result.stderr}`);
  } finally {
    isEnding = true;
    server.kill("SIGTERM");
    await ended;
    rmSync(home, { recursive: true, force: true });
  }
}

function ask(socketPath, path) {
  return new Promise((resolve, reject) => {
    get({ socketPath, path }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => resolve(Buffer.concat(parts)));
    }).on("error", reject);
  });
}

/** Beside each file that shrinks by it: the server sends what the browser takes, and compresses nothing itself. */
function compress(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) compress(path);
    else if (/\.(js|css|svg|json)$/.test(name)) {
      const bytes = readFileSync(path);
      writeFileSync(
        `${path}.br`,
        brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
      );
      writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
    }
  }
}

function hashOf(paths) {
  const hash = createHash("sha256");
  const add = (path) => {
    if (path === types) return;
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).toSorted()) add(join(path, name));
    else hash.update(path.slice(root.length)).update(readFileSync(path));
  };
  for (const path of paths) add(join(root, path));
  return hash.digest("hex");
}

function stampOf(name) {
  return join(root, "node_modules", `.gaia-dashboard-${name}`);
}

function readStamp(name) {
  return existsSync(stampOf(name)) ? readFileSync(stampOf(name), "utf8") : "";
}

function writeStamp(name, hash) {
  mkdirSync(join(root, "node_modules"), { recursive: true });
  writeFileSync(stampOf(name), hash);
}

if (process.argv[1] === import.meta.filename) {
  const { types: typesOnly } = readArguments(USAGE, { types: { type: "boolean" } });
  const tookMs = await buildDashboard({ typesOnly });
  process.stderr.write(
    tookMs === 0
      ? "The dashboard is up to date.\n"
      : `The dashboard is built (${(tookMs / 1000).toFixed(1)} s).\n`,
  );
}
