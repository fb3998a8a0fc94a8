/** The version that this page was loaded from: its files and what the server says first come together. */
let loadedFrom: string | null = null;

/** Told each time the server says its version; the first time counts. */
export function noteVersion(version: string): void {
  loadedFrom ??= version;
}

/** Null: the server has not said yet. */
export function versionOfPage(): string | null {
  return loadedFrom;
}
