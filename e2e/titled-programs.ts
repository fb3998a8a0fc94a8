import { renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../packages/program/src/testing/titled-program.ts", import.meta.url));

/** A `gaia.yaml` whose program has these jobs, one behind the other. Its build takes no time. */
export function titled(...titles: readonly string[]): string {
  return declared(["true"], ...titles);
}

/** The same, with commands that build it. */
export function declared(build: readonly string[], ...titles: readonly string[]): string {
  return `language: titled\nbuild: ${JSON.stringify(build)}\nstart: ${JSON.stringify(startOf(titles))}\n`;
}

function startOf(titles: readonly string[]): readonly string[] {
  return ["node", "--disable-warning=ExperimentalWarning", PROGRAM, ...titles];
}

/** A built program with these jobs, as a file that is put into the home's folder: beside it first, so that it is whole. */
export function putProgram(folder: string, name: string, ...titles: readonly string[]): void {
  const words = startOf(titles).map((word) => `'${word}'`);
  writeFileSync(join(folder, `.${name}`), `#!/bin/sh\nexec ${words.join(" ")}\n`, { mode: 0o755 });
  renameSync(join(folder, `.${name}`), join(folder, name));
}

/** For the server: builds and programs find the Node that runs these tests. */
export const WITH_NODE: Readonly<Record<string, string>> = {
  PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
};
