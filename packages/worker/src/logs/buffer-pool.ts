/** A few buffers for everything that reads files: however many logs there are, the memory is the same. */
export class BufferPool {
  readonly #free: Buffer[];
  readonly #waiting: ((buffer: Buffer) => void)[] = [];

  constructor(buffers: number, sizeBytes: number) {
    this.#free = Array.from({ length: buffers }, () => Buffer.alloc(sizeBytes));
  }

  /** Waits for a free one. */
  take(): Promise<Buffer> {
    const free = this.#free.pop();
    if (free !== undefined) return Promise.resolve(free);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  giveBack(buffer: Buffer): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(buffer);
    else next(buffer);
  }
}
