import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { LIMITS } from "@gaia/contracts/limits.ts";
import { collectBuilds } from "../builds/collect.ts";
import { BUILD_ID } from "../builds/layout.ts";
import { trimCaches } from "../builds/trim-caches.ts";
import { durationFlag, perform, readFlags, tellOutputs, UsageError } from "./usage.ts";

const FLAGS = {
  builds: { type: "string" },
  keep: { type: "string", multiple: true },
  "keep-file": { type: "string" },
  "older-than": { type: "string" },
  cache: { type: "string" },
  "cache-max-bytes": { type: "string" },
} as const;

const DAY_MS = 86_400_000;

/** `gc`: a line for everything that was removed; how much it was, in the file that `$GAIA_OUTPUT` names. */
export function runCollect(args: readonly string[]): Promise<number> {
  return perform(async () => {
    const flags = readFlags(args, FLAGS, ["builds"]);
    const { builds = "", keep = [], "keep-file": keepFile, "older-than": olderThan, cache } = flags;
    const limit = flags["cache-max-bytes"];
    if (cache === undefined && limit !== undefined) throw new UsageError("--cache-max-bytes wants --cache.");
    const collected = await collectBuilds({
      builds: resolve(builds),
      keep: new Set([...keep, ...(keepFile === undefined ? [] : idsIn(keepFile))].map(checkedId)),
      olderThanMs: olderThan === undefined ? DAY_MS : durationFlag("older-than", olderThan),
      now: Date.now(),
      onRemoved: tellRemoved,
    });
    const maxBytes = limit === undefined ? LIMITS.buildCacheBytes : bytesFlag(limit);
    const trimmed =
      cache === undefined
        ? null
        : await trimCaches({ cache: resolve(cache), maxBytes, onRemoved: tellRemoved });
    if (cache !== undefined && trimmed === null)
      process.stdout.write("the caches are in use by a build, and stay as they are\n");
    tellOutputs({
      removed: collected.removed + (trimmed?.removed ?? 0),
      freed_bytes: collected.freedBytes + (trimmed?.freedBytes ?? 0),
    });
  });
}

function tellRemoved(name: string, sizeBytes: number): void {
  process.stdout.write(`removed    ${name} (${sizeBytes.toLocaleString("en-US")} bytes)\n`);
}

function idsIn(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split(/\s+/).filter(Boolean);
  } catch (reason) {
    throw new UsageError(`--keep-file: ${file} cannot be read (${String(reason)}).`);
  }
}

/** A typing error here would remove what was to be kept. */
function checkedId(id: string): string {
  if (BUILD_ID.test(id)) return id;
  throw new UsageError(`"${id}" is no id of a build: 64 hexadecimal digits.`);
}

function bytesFlag(text: string): number {
  const bytes = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(bytes)) return bytes;
  throw new UsageError(`--cache-max-bytes: "${text}" is no number of bytes.`);
}
