import type { DescribedTrigger } from "../port.ts";
import { PREFIXES } from "../prefixes.ts";
import { scheduleText } from "./schedule.ts";

const ENDED = { completed: "has completed", failed: "has failed", always: "has ended" } as const;

/** When a trigger of a pipeline starts runs, in words; of one that does not yet, that it does not. */
export function triggerText(trigger: DescribedTrigger, pipeline: string): string {
  switch (trigger.kind) {
    case "cron":
      return scheduleText(trigger.cron, trigger.timezone);
    case "pipeline":
      return `when a run of ${trigger.pipeline} ${ENDED[trigger.on]}`;
    case "webhook":
      return webhookText(trigger, pipeline);
    case "git":
      return `git ${trigger.what} (not armed: this Gaia has no git triggers yet)`;
  }
}

function webhookText(
  { name, secret, events, when }: Extract<DescribedTrigger, { readonly kind: "webhook" }>,
  pipeline: string,
): string {
  if (secret === null) return `webhook ${name} (not armed: it names no secret with which its sender signs)`;
  const wanted = events === null ? "" : `, for ${events.join(", ")}`;
  const condition = when === null ? "" : `, if ${when}`;
  return `webhook POST ${webhookPath(pipeline, name)}, signed with ${secret}${wanted}${condition}`;
}

/** Where a webhook is called. */
export function webhookPath(pipeline: string, name: string): string {
  return `${PREFIXES[0]}/hooks/${encodeURIComponent(pipeline)}/${encodeURIComponent(name)}`;
}

/** Whether this Gaia starts runs by it. */
export function isArmed(trigger: DescribedTrigger): boolean {
  return trigger.kind === "webhook" ? trigger.secret !== null : trigger.kind !== "git";
}
