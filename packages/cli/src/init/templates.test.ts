import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const NODE = fileURLToPath(new URL("../../../../sdks/node/", import.meta.url));

// One pipeline in both: whoever changes the one has to change the other.
test.each(["pipeline", "pipeline.test", "index"])("%s is the same in JavaScript and TypeScript", (name) => {
  const javascript = readFileSync(`${NODE}template/${name}.js`, "utf8");
  const typescript = readFileSync(`${NODE}template-typescript/${name}.ts`, "utf8");
  const code = (text: string): string =>
    text.replace(/^\/\/.*\n/, "").replaceAll(/(?<="\.\/.*)\.ts"/g, '.js"');
  expect(code(typescript)).toBe(code(javascript));
});
