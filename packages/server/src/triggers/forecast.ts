import { nextAfter, parseCron } from "@gaia/core";
import type { CronTrigger } from "../pipelines/index.ts";
import type { TriggerRow } from "../store/port.ts";
import { zoneFrom } from "./zone.ts";

/**
 * The instants at which a trigger will fire, in rising order: after `after`, up to `until`, at most `limit`. A paused one
 * does not fire, and of one that does not go by the clock nobody knows.
 */
export function nextInstants(
  row: TriggerRow,
  after: number,
  until: number,
  limit: number,
): readonly number[] {
  if (row.kind !== "cron") return [];
  const trigger = row.spec as CronTrigger;
  const parsed = parseCron(trigger.cron);
  const zone = zoneFrom(trigger.timezone);
  if (row.paused || parsed.kind === "error" || zone.kind === "error") return [];
  const instants: number[] = [];
  for (let at: number | null = after; instants.length < limit; ) {
    at = nextAfter(parsed.schedule, zone.zone, at);
    if (at === null || at > until) break;
    instants.push(at);
  }
  return instants;
}
