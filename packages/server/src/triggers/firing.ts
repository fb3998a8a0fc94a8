import { createHash } from "node:crypto";

/** The same trigger and instant give the same run: firing twice cannot start two. */
export function runIdFor(trigger: string, instant: number): string {
  return `run_${instant.toString(16).padStart(12, "0")}7${digest(`${trigger}@${instant}`).slice(0, 19)}`;
}

/** The instant for which a trigger started a run; null: the run is not one of this trigger's. */
export function instantOf(trigger: string, run: string): number | null {
  const instant = Number.parseInt(run.slice(4, 16), 16);
  return Number.isFinite(instant) && runIdFor(trigger, instant) === run ? instant : null;
}

export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
