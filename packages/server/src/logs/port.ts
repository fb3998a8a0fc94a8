/** The attempt whose files are meant, and what is needed to find them. */
export interface AttemptPlace {
  readonly run: string;
  readonly runCreatedAt: number;
  readonly job: number;
  readonly attempt: number;
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
   */
  read(place: AttemptPlace, offset: number, length: number, into?: Buffer): Promise<LogPiece>;

  /** When the bytes at these offsets (ascending) came, in ms; null: that was not noted. */
  times(place: AttemptPlace, offsets: readonly number[]): Promise<readonly (number | null)[]>;
}

/** A part of a file of an attempt, as a worker sends it that does not write into this home. */
export interface FilePart {
  /** `log`, `index`, `summary`, or `artifacts/PATH`. */
  readonly file: string;
  readonly offset: number;
  readonly data: Uint8Array;
  /** The file ends with it. */
  readonly last: boolean;
}

export interface StoredPart {
  /** How far the file reaches: what comes next begins here. Smaller than the part's offset: there is a gap. */
  readonly offset: number;
  /** It is whole. */
  readonly complete: boolean;
}
