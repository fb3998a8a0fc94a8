import { FORGE_NAMES } from "@gaia/contracts";
import { formatDuration } from "@gaia/core";
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
      return gitText(trigger, pipeline);
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

const EVENTS: Readonly<Record<string, string>> = {
  push: "pushes",
  tag: "tags",
  pull_request: "pull requests",
};

function gitText(trigger: Extract<DescribedTrigger, { readonly kind: "git" }>, pipeline: string): string {
  const { name, repository, secret, events, branches, tags, paths, status } = trigger;
  const of = (what: string, patterns: readonly string[] | null): string =>
    patterns === null ? "" : `, ${what} ${patterns.join(", ")}`;
  const filters = `${of("branches", branches)}${of("tags", tags)}${of("paths", paths)}`;
  const what = `git ${events.map((event) => EVENTS[event] ?? event).join(", ")} of ${repository ?? "no repository"}${filters}`;
  if (repository === null) return `${what} (not armed: it names no repository)`;
  const told = status === null ? "" : `; told to ${FORGE_NAMES[status.forge]} as ${status.context}`;
  if (secret === null) return `${what}; looked at every ${formatDuration(trigger.intervalMs)}${told}`;
  return `${what}; POST ${webhookPath(pipeline, name)}, signed with ${secret}${told}`;
}

/** Where a webhook is called. */
export function webhookPath(pipeline: string, name: string): string {
  return `${PREFIXES[0]}/hooks/${encodeURIComponent(pipeline)}/${encodeURIComponent(name)}`;
}

/** Whether this Gaia starts runs by it. */
export function isArmed(trigger: DescribedTrigger): boolean {
  if (trigger.kind === "git") return trigger.repository !== null;
  return trigger.kind !== "webhook" || trigger.secret !== null;
}
