import { hash } from "node:crypto";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";

import type { Connection } from "../database.ts";

/** Shorter texts do not gain a page by being compressed, and compressing costs more than the rest of their commit. */
const COMPRESS_FROM_BYTES = 1_024;

/** The definition of a workflow stays readable in SQL up to this size: there is one of it, however many runs it has. */
export const READABLE_DEFINITION_BYTES = 65_536;

const PLAIN = 0;
const ZSTD = 1;

export interface ContentRow {
  readonly codec: number;
  readonly body: Buffer;
}

/** Keeps a text once, however many rows name it, compressed from a size on; answers with its key. */
export function contentWriter(
  database: Connection,
  compressFromBytes: number = COMPRESS_FROM_BYTES,
): (text: string) => number {
  const find = database.prepare<[Buffer], { key: number }>("select key from content where hash = ?");
  const insert = database.prepare<[Buffer, number, Buffer]>(
    "insert into content (hash, codec, body) values (?, ?, ?)",
  );
  return (text) => {
    const digest = hash("sha256", text, "buffer");
    const known = find.get(digest);
    if (known !== undefined) return known.key;
    const plain = Buffer.from(text);
    const row =
      plain.length < compressFromBytes
        ? { codec: PLAIN, body: plain }
        : { codec: ZSTD, body: zstdCompressSync(plain) };
    return Number(insert.run(digest, row.codec, row.body).lastInsertRowid);
  };
}

export function textOf(row: ContentRow): string {
  return row.codec === ZSTD ? zstdDecompressSync(row.body).toString() : row.body.toString();
}
