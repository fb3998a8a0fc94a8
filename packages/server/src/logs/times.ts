/** Bytes of the index file from a position, at most `length`. */
export type ReadIndex = (position: number, length: number) => Promise<Buffer>;

const BLOCK_BYTES = 4_096;
const PIECE_BYTES = 65_536;
const ENTRY = /^\[(\d{1,15}),(\d{1,15}),\d{1,15}\]$/;

interface Entry {
  readonly offset: number;
  readonly atMs: number;
}

/**
 * When the bytes at these offsets (ascending) came, by the sparse index of a log (`logIndexFile`): the time of the last
 * entry at or before each; null: it is not known. The first is found by halves and the index is read in pieces, so that
 * one of any size is never in memory.
 */
export async function timesAt(
  read: ReadIndex,
  sizeBytes: number,
  offsets: readonly number[],
): Promise<readonly (number | null)[]> {
  const times: (number | null)[] = [];
  let known: number | null = null;
  for await (const entry of entriesFrom(read, sizeBytes, offsets[0] ?? 0)) {
    while (times.length < offsets.length && (offsets[times.length] ?? 0) < entry.offset) times.push(known);
    if (times.length === offsets.length) return times;
    known = entry.atMs;
  }
  while (times.length < offsets.length) times.push(known);
  return times;
}

/** Entries from one at or before `offset` on. */
async function* entriesFrom(read: ReadIndex, sizeBytes: number, offset: number): AsyncGenerator<Entry> {
  let low = 0;
  let high = sizeBytes;
  while (high - low > BLOCK_BYTES) {
    const middle = Math.floor((low + high) / 2);
    const entry = firstEntry(await read(middle, BLOCK_BYTES));
    if (entry !== null && entry.offset <= offset) low = middle;
    else high = middle;
  }
  let rest = "";
  let isCut = low > 0;
  for (let at = low; at < sizeBytes; at += PIECE_BYTES) {
    const lines = (rest + (await read(at, PIECE_BYTES)).toString("latin1")).split("\n");
    rest = lines.pop() ?? "";
    for (const line of isCut ? lines.slice(1) : lines) {
      const entry = entryFrom(line);
      if (entry !== null) yield entry;
    }
    isCut = false;
  }
}

/** The first that is whole, in a block that begins anywhere. */
function firstEntry(block: Buffer): Entry | null {
  for (const line of block.toString("latin1").split("\n").slice(1)) {
    const entry = entryFrom(line);
    if (entry !== null) return entry;
  }
  return null;
}

function entryFrom(line: string): Entry | null {
  const match = ENTRY.exec(line);
  return match === null ? null : { offset: Number(match[1]), atMs: Number(match[2]) };
}
