/**
 * The id of the run that an attempt of a job starts. It follows from run, job and attempt alone, so that it is the same
 * whoever asks, and however often: a second run for the same attempt cannot be created. The first attempt's is `run_X_3`,
 * the second's `run_X_3-2`.
 */
export function childRunId(parent: string, job: number, attempt: number): string {
  return attempt === 1 ? `${parent}_${job}` : `${parent}_${job}-${attempt}`;
}

/** Which attempt of its job a child run is. */
export function attemptOfChildRun(id: string): number {
  const parts = /-(\d+)$/.exec(id);
  return parts === null ? 1 : Number(parts[1]);
}
