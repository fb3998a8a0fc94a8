import { closeSync, constants, existsSync, fstatSync, openSync, readSync, writeFileSync } from "node:fs";
import { LIMITS } from "@gaia/contracts";
import type { Outputs } from "@gaia/core";
import { maskedValue } from "../../logs/masked-value.ts";
import type { Masker } from "../../logs/masker.ts";
import { parseOutputs } from "./outputs-file.ts";
import type { AttemptPaths } from "./plan.ts";

/** What a task wrote to the files that it was given. */
export interface LeftBehind {
  readonly outputs: Outputs;
  readonly growth: string;
  /** What is wrong with it, for people; the attempt cannot succeed then. */
  readonly problems: readonly string[];
  /** Whether any of the files exists. */
  readonly exists: boolean;
}

/** Reads outputs and growth and publishes the summary, all masked. Costs three looks (4 us) when there is nothing. */
export function readLeftBehind(paths: AttemptPaths, masker: Masker): LeftBehind {
  if (!existsSync(paths.outputFile) && !existsSync(paths.growthFile) && !existsSync(paths.summaryInput)) {
    return NOTHING;
  }
  const problems: string[] = [];
  const outputs = readOutputs(paths.outputFile, masker, problems);
  const growth = readLimited(paths.growthFile, "$GAIA_GRAPH", LIMITS.growthBytes, problems);
  publishSummary(paths, masker, problems);
  return { outputs, growth: growth === null ? "" : masker.text(growth), problems, exists: true };
}

const NOTHING: LeftBehind = { outputs: {}, growth: "", problems: [], exists: false };

function readOutputs(path: string, masker: Masker, problems: string[]): Outputs {
  const text = readLimited(path, "$GAIA_OUTPUT", LIMITS.outputsBytes, problems);
  if (text === null) return {};
  const parsed = parseOutputs(text);
  if (parsed.kind === "bad") {
    problems.push(masker.text(parsed.message));
    return {};
  }
  return Object.fromEntries(
    Object.entries(parsed.outputs).map(([name, value]) => [name, maskedValue(value, masker)]),
  );
}

function publishSummary(paths: AttemptPaths, masker: Masker, problems: string[]): void {
  const text = readLimited(paths.summaryInput, "$GAIA_SUMMARY", LIMITS.summaryBytes, problems);
  if (text !== null && text !== "") writeFileSync(paths.summary, masker.text(text), { mode: 0o600 });
}

/** The file's text; null when there is none. Not a file, or too large, is a problem. */
function readLimited(path: string, name: string, maxBytes: number, problems: string[]): string | null {
  if (!existsSync(path)) return null;
  let file: number;
  try {
    // The process may have put a pipe or a link there: neither must make the worker wait or look elsewhere.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    problems.push(`${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) {
      problems.push(`${name} is not a file any more; write to it with ">>"`);
      return null;
    }
    if (stat.size > maxBytes) {
      problems.push(`${name} takes ${stat.size} bytes, more than the limit of ${maxBytes}`);
      return null;
    }
    const buffer = Buffer.alloc(stat.size);
    const length = readSync(file, buffer, 0, buffer.length, 0);
    return buffer.toString("utf8", 0, length);
  } finally {
    closeSync(file);
  }
}
