/** The attempt whose log is meant, and what is needed to find it. */
export interface LogPlace {
  readonly run: string;
  readonly runCreatedAt: number;
  readonly job: number;
  readonly attempt: number;
  readonly token: number;
  /** Worker that performs, or performed, the attempt; empty when it is not known. */
  readonly worker: string;
}

export interface LogPiece {
  readonly data: Buffer;
  /** Of the whole log when it was read. */
  readonly sizeBytes: number;
  /** When the log was last written, in ms; 0 when that is not known. */
  readonly changedAt: number;
}

/** Logs by position: no more of a log is ever in memory than what was asked for. */
export interface LogReader {
  /**
   * Bytes from `offset`, at most `length` (and at most `LIMITS.logReadBytes`). Past the end, or when there is no log yet:
   * no bytes. `length` 0 asks for the size. `into`: a buffer of that length to read into, for those who read a whole log
   * and keep nothing of it; the answer's bytes may lie in it.
   *
   * @throws GaiaError `unavailable` or `timeout` when the log lies with a worker that does not answer.
   */
  read(place: LogPlace, offset: number, length: number, into?: Buffer): Promise<LogPiece>;

  /** When the bytes at these offsets (ascending) came, in ms; null: that was not noted. */
  times(place: LogPlace, offsets: readonly number[]): Promise<readonly (number | null)[]>;
}
