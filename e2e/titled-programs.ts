import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../packages/program/src/testing/titled-program.ts", import.meta.url));

/** A `gaia.yaml` whose program has these jobs, one behind the other. Its build takes no time. */
export function titled(...titles: readonly string[]): string {
  return declared(["true"], ...titles);
}

/** The same, with commands that build it. */
export function declared(build: readonly string[], ...titles: readonly string[]): string {
  const start = ["node", "--disable-warning=ExperimentalWarning", PROGRAM, ...titles];
  return `language: titled\nbuild: ${JSON.stringify(build)}\nstart: ${JSON.stringify(start)}\n`;
}

/** For the server: builds and programs find the Node that runs these tests. */
export const WITH_NODE: Readonly<Record<string, string>> = {
  PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
};
