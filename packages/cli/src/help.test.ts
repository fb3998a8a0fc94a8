import { expect, test } from "vitest";
import { COMMANDS } from "./commands/specs.ts";
import { rootHelp } from "./help.ts";
import { styleOf } from "./terminal/style.ts";

test("the first screen names every command, and fits into 80 columns and 24 lines", () => {
  const text = rootHelp(styleOf(false));
  const words = new Set(text.split(/[\s|]+/));
  const names = COMMANDS.filter((command) => command.hidden !== true).flatMap((command) => [
    command.name,
    ...(command.commands ?? []).map(({ name }) => name),
  ]);
  expect(names.filter((name) => !words.has(name))).toEqual([]);
  const lines = text.split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.length).toBeLessThanOrEqual(24);
});
