import { createHash } from "node:crypto";

/** The same trigger and instant give the same run: firing twice cannot start two. */
export function runIdFor(trigger: string, instant: number): string {
  return newRunId(instant, `${trigger}@${instant}`);
}

/** What is kept from the end of a run until the run that a trigger starts behind it is made. */
export function firingIdFor(trigger: string, ended: string): string {
  return `fir_${digest(`${trigger}@${ended}`)}`;
}

/** The same firing gives the same run. @param endedAt when the run ended behind which it starts */
export function runIdOf(firing: string, endedAt: number): string {
  return runId(endedAt, firing.slice(4));
}

/**
 * The instant for which a trigger started a run: of its schedule, or the end of the run behind which it starts. Null: the
 * run is not one of this trigger's.
 * @param cause id of who started the run
 */
export function instantOf(trigger: string, run: string, cause: string): number | null {
  const instant = Number.parseInt(run.slice(4, 16), 16);
  if (!Number.isFinite(instant)) return null;
  const isIts = runIdFor(trigger, instant) === run || runIdOf(firingIdFor(trigger, cause), instant) === run;
  return isIts ? instant : null;
}

/** The same cause and instant give the same run. */
export function newRunId(at: number, cause: string): string {
  return runId(at, digest(cause));
}

function runId(at: number, digits: string): string {
  return `run_${at.toString(16).padStart(12, "0")}7${digits.slice(0, 19)}`;
}

export function digest(text: string | Buffer): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
