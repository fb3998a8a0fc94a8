import { LIMITS } from "@gaia/contracts/limits.ts";
import { formatDuration, parseDuration } from "@gaia/core/policy/index.ts";
import type { Path } from "./place.ts";
import type { ProblemList } from "./problem-list.ts";

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** A duration in milliseconds; null when it was reported as a problem. `least` is the shortest that makes sense. */
export function readDuration(text: string, path: Path, problems: ProblemList, least = 1): number | null {
  const parsed = parseDuration(text);
  if (parsed.kind === "error") {
    problems.add(path, parsed.message);
    return null;
  }
  if (parsed.ms < least) {
    problems.add(path, `"${text}" is too short: at least ${formatDuration(least)}`);
    return null;
  }
  if (parsed.ms > LIMITS.timeoutMsMax) {
    problems.add(path, `"${text}" is longer than the limit of ${formatDuration(LIMITS.timeoutMsMax)}`);
    return null;
  }
  return parsed.ms;
}

/** A size in bytes; null when it was reported as a problem. "MB" is 10^6 bytes, "MiB" 2^20. */
export function readSize(text: string, path: Path, problems: ProblemList): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text.trim());
  const factor =
    match === null
      ? undefined
      : Object.entries(UNITS).find(([unit]) => unit.toLowerCase() === match[2]?.toLowerCase())?.[1];
  const bytes = factor === undefined ? Number.NaN : Math.round(Number(match?.[1]) * factor);
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  problems.add(
    path,
    `"${text}" is not a size; write it like "512MB", "2GiB" (B, KB, MB, GB, TB, KiB, MiB, GiB, TiB)`,
  );
  return null;
}
