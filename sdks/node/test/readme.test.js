import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const README = readFileSync(new URL("../README.md", import.meta.url), "utf8");

for (const [index, [, code = ""]] of [...README.matchAll(/```js\n(.*?)```/gs)].entries()) {
  test(`program ${index + 1} of the README runs`, () => {
    // A program within this folder finds the package by its own name.
    const args = ["--input-type=module", "--eval", code, "--", "index.js", "list"];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  });
}

test("a program in CommonJS takes it as well", () => {
  const code = 'const { Serve } = require("@gaia/sdk"); Serve([{ title: "Build", handler() {} }]);';
  const args = ["--input-type=commonjs", "--eval", code, "--", "index.js", "list"];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  assert.deepEqual({ status, stdout }, { status: 0, stdout: "Build\n" });
});

test("a program in TypeScript runs as it is", { skip: !process.features.typescript }, () => {
  const program = fileURLToPath(new URL("./programs/typed/index.js", import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [program, "run"], { encoding: "utf8" });
  assert.equal(status, 0);
  assert.match(stdout, /Greet: INFO hello hello \n/);
});
