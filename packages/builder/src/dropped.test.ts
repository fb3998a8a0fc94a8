import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SCRIPTED, testBuilder } from "./testing/builder.ts";

const builder = testBuilder();
const PROGRAM = `#!/bin/sh\nexec node --disable-warning=ExperimentalWarning ${SCRIPTED} good\n`;

function drop(name: string) {
  return builder.run([
    ...[
      "build",
      "--drop-in",
      join(builder.folder, name),
      "--builds",
      builder.builds,
      "--cache",
      builder.cache,
    ],
  ]);
}

test("a program that was built elsewhere is taken as it is; its name is no part of its id", async () => {
  writeFileSync(join(builder.folder, "first_golang"), PROGRAM);
  const first = await drop("first_golang");
  expect(first.outputs).toMatchObject({ language: "golang", jobs: "9", cached: "false" });
  copyFileSync(join(builder.folder, "first_golang"), join(builder.folder, "second_golang"));
  expect((await drop("second_golang")).outputs).toEqual({ ...first.outputs, cached: "true" });
  copyFileSync(join(builder.folder, "first_golang"), join(builder.folder, "third_cpp"));
  const third = await drop("third_cpp");
  expect(third.outputs).toMatchObject({ language: "cpp", cached: "false" });
  expect(third.outputs["build"]).not.toBe(first.outputs["build"]);
});

test.each([
  ["noise", PROGRAM, "The name noise does not say the language. Let it end with one of _golang, _python"],
  ["x_rust", PROGRAM, "does not say the language"],
  ["empty_golang", "", "is no file, or is empty"],
  ["text_golang", "hello\n", "Gaia cannot use it"],
  ["broken_nodejs", "no archive", "`tar -xzf pipeline.tar.gz` failed"],
])("%s is refused", async (name, content, sentence) => {
  writeFileSync(join(builder.folder, name), content);
  const { status, outputs } = await drop(name);
  expect(outputs["error"]).toContain(sentence);
  expect(status).toBe(1);
});
