import type { DescribedTrigger } from "../port.ts";
import { scheduleText } from "./schedule.ts";

const ENDED = { completed: "has completed", failed: "has failed", always: "has ended" } as const;

/** When a trigger starts runs, in words; of one that does not yet, that it does not. */
export function triggerText(trigger: DescribedTrigger): string {
  switch (trigger.kind) {
    case "cron":
      return scheduleText(trigger.cron, trigger.timezone);
    case "pipeline":
      return `when a run of ${trigger.pipeline} ${ENDED[trigger.on]}`;
    case "webhook":
    case "git":
      return `${trigger.kind} ${trigger.what} (not armed: this Gaia has no ${trigger.kind} triggers yet)`;
  }
}

/** Whether this Gaia starts runs by triggers of that kind. */
export function isArmed(kind: DescribedTrigger["kind"]): boolean {
  return kind === "cron" || kind === "pipeline";
}
