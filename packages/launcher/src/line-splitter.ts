/** Cuts a stream of bytes into lines. One that grows past the limit is an error: the peer is not one of ours. */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #parts: Buffer[] = [];
  #pendingBytes = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** The lines that this chunk completes, or `"too_long"`. */
  push(chunk: Buffer): readonly string[] | "too_long" {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#parts.push(chunk.subarray(start, end));
      lines.push(Buffer.concat(this.#parts).toString("utf8"));
      this.#parts = [];
      this.#pendingBytes = 0;
      start = end + 1;
    }
    if (start < chunk.length) {
      this.#parts.push(chunk.subarray(start));
      this.#pendingBytes += chunk.length - start;
    }
    return this.#pendingBytes > this.#maxLineBytes ? "too_long" : lines;
  }
}
