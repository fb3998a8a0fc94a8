import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { shellWord } from "../live/row.ts";
import type { ServerPort } from "../server-port.ts";
import { plural } from "../terminal/time.ts";
import { ok, warning, type Finding } from "./check.ts";

/** Of a folder with more, the first ones are looked at: a file takes some milliseconds. */
const FILES_MAX = 200;

/** Workflow files that the server watches: one that is broken is not taken, and nobody sees its log. */
export async function checkDefinitions(home: string, port: ServerPort): Promise<readonly Finding[]> {
  const folder = join(home, "workflows", "definitions");
  const names = namesIn(folder);
  const broken: Finding[] = [];
  for (const name of names.slice(0, FILES_MAX)) {
    const path = join(folder, name);
    const problem = await firstProblem(path, name, port);
    if (problem !== null)
      broken.push(warning("definition", `not taken: ${problem}`, `gaia validate ${shellWord(path)}`));
  }
  if (broken.length > 0) return broken;
  return names.length === 0 ? [] : [ok("definitions", `${plural(names.length, "file")} in ${folder}`)];
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  } catch {
    // No home yet, or one that cannot be read: other checks tell of it.
    return [];
  }
}

async function firstProblem(path: string, name: string, port: ServerPort): Promise<string | null> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (reason) {
    return `${name} cannot be read (${reason instanceof Error ? reason.message : String(reason)})`;
  }
  const { problems } = await port.parseWorkflow(text, name);
  const first = problems.find(({ severity }) => severity === "error");
  return first === undefined ? null : `${name}:${first.line}:${first.column} ${first.message}`;
}
