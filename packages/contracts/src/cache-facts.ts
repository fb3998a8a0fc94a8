import { z } from "zod";

/** What became of a task's `cache`, as an attempt's `usage.cache` holds it. Fields are only ever added. */
export const cacheFacts = z.object({
  /** hit: the exact key. restored: the newest entry of another key, named by `restore`. miss: nothing. */
  state: z.enum(["hit", "restored", "miss"]),
  /** The effective key: a hash. */
  key: z.string(),
  /** For `restored`: the beginning of the key that was found. */
  from: z.string().default(""),
  /** What was restored, and how long that took. */
  bytes: z.number().default(0),
  files: z.number().default(0),
  ms: z.number().default(0),
  /** What was saved when the task had succeeded; null: nothing. */
  saved: z
    .object({ bytes: z.number(), stored_bytes: z.number(), files: z.number(), ms: z.number() })
    .nullable()
    .default(null),
  /** What else there is to say, such as why nothing was saved. */
  note: z.string().default(""),
});
export type CacheFacts = z.infer<typeof cacheFacts>;

/** The facts in words: `cache hit (212 MB in 0.8 s)`. */
export function cacheText(facts: CacheFacts): string {
  const { saved, note } = facts;
  const found = { hit: "cache hit", restored: `cache restored from ${facts.from}`, miss: "cache miss" }[
    facts.state
  ];
  const restored = facts.ms > 0 ? ` (${amountText(facts.bytes, facts.ms)})` : "";
  const kept = saved === null ? "" : `, saved (${amountText(saved.bytes, saved.ms)})`;
  return `${found}${restored}${kept}${note === "" ? "" : `: ${note}`}`;
}

/** The words for what an attempt's `usage` says about its cache; empty: it has none. */
export function cacheTextIn(usage: unknown): string {
  if (typeof usage !== "object" || usage === null || !("cache" in usage)) return "";
  const parsed = cacheFacts.safeParse(usage.cache);
  return parsed.success ? cacheText(parsed.data) : "";
}

function amountText(bytes: number, ms: number): string {
  return `${bytesText(bytes)} in ${(ms / 1000).toFixed(1)} s`;
}

/** `212 MB`: whole numbers are enough here. */
export function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
  if (bytes < 10_000_000_000) return `${Math.round(bytes / 1_000_000)} MB`;
  return `${Math.round(bytes / 1_000_000_000)} GB`;
}
