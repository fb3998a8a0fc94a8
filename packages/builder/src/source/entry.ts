/** A file, link or folder of a source tree. */
export interface SourceEntry {
  /** From the root, with `/`. */
  readonly path: string;
  readonly kind: "file" | "link" | "folder";
  readonly executable: boolean;
  readonly sizeBytes: number;
}
