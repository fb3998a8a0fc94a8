/** What the tests of one file gave. `failed`: by their full names. */
export interface FileResult {
  readonly path: string;
  readonly passed: number;
  readonly skipped: number;
  readonly failed: readonly string[];
  /** Also true when it could not be loaded or set up. */
  readonly isFailed: boolean;
}

export interface Results {
  readonly files: readonly FileResult[];
  readonly strayErrors: number;
}

export function filesToTryAgain(results: Results): readonly string[];
export function flakyIn(first: Results, second: Results): readonly string[];
export function closingLine(first: Results, second?: Results | null): string;
