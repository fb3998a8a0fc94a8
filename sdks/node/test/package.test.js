import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { SDK } from "../src/version.js";
import { titleHash } from "../src/title-hash.js";

const ROOT = new URL("../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8"));

test("the version is that of the package", () => {
  assert.equal(SDK, `gaia-node/${manifest.version}`);
});

test("the package has all that is imported, and its types", () => {
  const listing = execFileSync("npm", ["pack", "--dry-run", "--json"], {
    cwd: fileURLToPath(ROOT),
    encoding: "utf8",
  });
  const paths = JSON.parse(listing)[0].files.map((/** @type {{ path: string }} */ { path }) => path);
  for (const wanted of [
    "index.d.ts",
    "testing.d.ts",
    "LICENSE",
    "README.md",
    "src/index.js",
    "src/server/serve-program.js",
  ])
    assert.ok(paths.includes(wanted), wanted);
  assert.ok(!paths.some((/** @type {string} */ path) => /^(test|conformance|template[^/]*)\//.test(path)));
});

test("a title's id is FNV-1a of its UTF-8 bytes", () => {
  assert.equal(titleHash("Create DB User"), 1904494256);
  assert.equal(titleHash("Größe ☃"), 1986133717);
});
