/**
 * An entry of a worker's cache is one file: so many bytes of JSON and spaces that say what it is, then its content. They
 * lie in `worker/NAME/cache/entries` of the home folder, named by their effective key; the time of a file's last change
 * says when it was used last.
 *
 * Without zod: the thread that restores an entry would take 200 ms to load it.
 */
export const CACHE_HEADER_BYTES = 65_536;
/** Below the folder of a worker's state. */
export const CACHE_FOLDER = "cache";
/** Below that. */
export const CACHE_ENTRIES_FOLDER = "entries";
/** The name of an entry: SHA-256, hexadecimal. */
export const CACHE_ENTRY_NAME = /^[0-9a-f]{64}$/;

export interface CacheEntry {
  readonly version: 1;
  readonly pipeline: string;
  /** `key` as it was rendered. */
  readonly key: string;
  readonly paths: readonly string[];
  /** What an entry must share with a task to be found by the beginning of its key. */
  readonly scope: string;
  readonly created_at: number;
  /** As the files lie in their folder. */
  readonly bytes: number;
  readonly files: number;
  /** Of the content, as it lies in the entry. */
  readonly stored_bytes: number;
}

/** The header of an entry; null when it is none. */
export function parseCacheHeader(bytes: Uint8Array): CacheEntry | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isEntry(value) ? value : null;
  } catch {
    return null;
  }
}

function isEntry(value: unknown): value is CacheEntry {
  if (typeof value !== "object" || value === null) return false;
  const entry = value as Partial<Record<keyof CacheEntry, unknown>>;
  const { version, pipeline, key, scope, paths } = entry;
  const texts = [pipeline, key, scope, ...(Array.isArray(paths) ? paths : [null])];
  const numbers = [entry.created_at, entry.bytes, entry.files, entry.stored_bytes];
  return (
    version === 1 &&
    texts.every((text) => typeof text === "string") &&
    numbers.every((number) => typeof number === "number")
  );
}

/** The header as it is written. */
export function cacheHeaderBytes(entry: CacheEntry): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(entry));
  if (text.length > CACHE_HEADER_BYTES)
    throw new Error("the key and the paths of a cache do not fit into the header of an entry");
  const bytes = new Uint8Array(CACHE_HEADER_BYTES).fill(32);
  bytes.set(text);
  return bytes;
}
