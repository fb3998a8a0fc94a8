/**
 * Reads the files of bbolt (https://github.com/etcd-io/bbolt), in which an original Gaia keeps what it knows: a tree of
 * pages, whose leaves are entries or further buckets. Only reads, and takes the file as it was when it was read.
 */

const MAGIC = 0xed0cdaed;
const FILE_VERSION = 2;
const PAGE_HEADER_BYTES = 16;
const BUCKET_HEADER_BYTES = 16;
const META_BYTES = 64;
const BRANCH = 0x01;
const LEAF = 0x02;
const IS_BUCKET = 0x01;
/** A tree of bbolt is a handful of levels deep; a damaged file may lead in a circle. */
const DEPTH_MAX = 64;

/** What is wrong with the file, in words. */
export class BoltError extends Error {
  override readonly name = "BoltError";
}

export interface BoltEntry {
  readonly key: Buffer;
  readonly value: Buffer;
}

interface Meta {
  readonly pageBytes: number;
  readonly root: number;
  readonly transaction: bigint;
}

/** The buckets of a file, by name. */
export class BoltFile {
  readonly #bytes: Buffer;
  readonly #meta: Meta;

  /** @throws BoltError when it is no such file, or a damaged one */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#meta = metaOf(bytes);
  }

  get buckets(): readonly string[] {
    return this.#entriesAt(this.#meta.root)
      .filter(({ isBucket }) => isBucket)
      .map(({ key }) => key.toString("utf8"));
  }

  /** The entries of a bucket in the order of their keys; none when there is no such bucket. @throws BoltError */
  entries(bucket: string): readonly BoltEntry[] {
    const found = this.#entriesAt(this.#meta.root).find(
      ({ key, isBucket }) => isBucket && key.toString("utf8") === bucket,
    );
    if (found === undefined) return [];
    const root = numberAt(found.value, 0);
    // A small bucket lies in its parent's leaf.
    const entries =
      root === 0 ? this.#entriesOf(found.value.subarray(BUCKET_HEADER_BYTES), 0) : this.#entriesAt(root);
    return entries.filter(({ isBucket }) => !isBucket).map(({ key, value }) => ({ key, value }));
  }

  #entriesAt(page: number, depth = 0): readonly LeafEntry[] {
    const from = page * this.#meta.pageBytes;
    if (from + PAGE_HEADER_BYTES > this.#bytes.length) throw damaged(`page ${page} is missing`);
    return this.#entriesOf(this.#bytes.subarray(from), depth);
  }

  /** @param page from its header on; what it holds may reach over the pages behind it */
  #entriesOf(page: Buffer, depth: number): readonly LeafEntry[] {
    if (depth > DEPTH_MAX) throw damaged("its pages lead in a circle");
    const flags = page.readUInt16LE(8);
    const count = page.readUInt16LE(10);
    const elements = Array.from({ length: count }, (_, index) => PAGE_HEADER_BYTES + index * 16);
    if ((flags & BRANCH) !== 0)
      return elements.flatMap((at) => this.#entriesAt(numberAt(page, at + 8), depth + 1));
    if ((flags & LEAF) === 0) throw damaged(`a page has the flags ${flags}`);
    return elements.map((at) => leafEntry(page, at));
  }
}

interface LeafEntry extends BoltEntry {
  readonly isBucket: boolean;
}

function leafEntry(page: Buffer, at: number): LeafEntry {
  if (at + 16 > page.length) throw damaged("a page ends too soon");
  const keyFrom = at + page.readUInt32LE(at + 4);
  const keyBytes = page.readUInt32LE(at + 8);
  const valueBytes = page.readUInt32LE(at + 12);
  const valueFrom = keyFrom + keyBytes;
  if (valueFrom + valueBytes > page.length) throw damaged("an entry ends behind the file");
  return {
    isBucket: (page.readUInt32LE(at) & IS_BUCKET) !== 0,
    key: page.subarray(keyFrom, valueFrom),
    value: page.subarray(valueFrom, valueFrom + valueBytes),
  };
}

/** Of the two pages that begin a file the newer whole one counts: the other may have been written half. */
function metaOf(bytes: Buffer): Meta {
  const metas = [0, pageBytesOf(bytes)].flatMap((at) => metaAt(bytes, at) ?? []);
  const [first, second] = metas;
  if (first === undefined) throw new BoltError("it is not a file of bbolt, or its beginning is damaged");
  return second !== undefined && second.transaction > first.transaction ? second : first;
}

/** The first page may be damaged and not say how large pages are: they are as large as those of the system. */
function pageBytesOf(bytes: Buffer): number {
  const fromFirst = metaAt(bytes, 0)?.pageBytes;
  if (fromFirst !== undefined) return fromFirst;
  const sizes = [4_096, 8_192, 16_384, 32_768, 65_536];
  return sizes.find((size) => metaAt(bytes, size)?.pageBytes === size) ?? 4_096;
}

function metaAt(bytes: Buffer, page: number): Meta | null {
  const at = page + PAGE_HEADER_BYTES;
  if (at + META_BYTES > bytes.length) return null;
  const isMeta =
    bytes.readUInt32LE(at) === MAGIC &&
    bytes.readUInt32LE(at + 4) === FILE_VERSION &&
    bytes.readBigUInt64LE(at + 56) === checksumOf(bytes.subarray(at, at + 56));
  if (!isMeta) return null;
  return {
    pageBytes: bytes.readUInt32LE(at + 8),
    root: numberAt(bytes, at + 16),
    transaction: bytes.readBigUInt64LE(at + 48),
  };
}

/** FNV-1a with 64 bits. */
function checksumOf(bytes: Buffer): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

function numberAt(bytes: Buffer, at: number): number {
  if (at + 8 > bytes.length) throw damaged("a page ends too soon");
  const number = Number(bytes.readBigUInt64LE(at));
  if (!Number.isSafeInteger(number)) throw damaged(`it names the page ${number}`);
  return number;
}

function damaged(how: string): BoltError {
  return new BoltError(`it is damaged: ${how}`);
}
