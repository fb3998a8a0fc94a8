import { clock } from "../../design/duration.ts";
import type { Chain, Spent } from "./chain.ts";
import type { Lane } from "./lanes.ts";

/** What is shorter says nothing. */
const TOLD_MS = 500;
const STOOD_MS = 10_000;
const NAMED_MAX = 4;

/** "Of 11:12 so far, 5:12 was work and 6:00 was waiting for a person." */
export function spentSentence(spent: Spent, isOver: boolean): string {
  const of = `${clock(spent.totalMs, true)}${isOver ? "" : " so far"}`;
  const parts = [
    { ms: spent.workMs, text: "work" },
    { ms: spent.personMs, text: "waiting for a person" },
    { ms: spent.queueMs, text: "waiting for a worker" },
    { ms: spent.retryMs, text: "waiting for another attempt" },
    { ms: spent.runMs, text: "waiting for another run" },
    { ms: spent.betweenMs, text: "in between" },
  ].filter(({ ms }) => ms >= Math.min(TOLD_MS, spent.totalMs / 20) && ms > 0);
  const [only] = parts;
  if (only === undefined) return "";
  if (parts.length === 1) return `All of ${of} was ${only.text}.`;
  return `Of ${of}, ${listed(parts.map(({ ms, text }) => `${clock(ms, true)} was ${text}`))}.`;
}

/** What the time goes through now, or went through. */
export function chainSentence(chain: Chain, isOver: boolean): string {
  const { keys, ahead } = chain;
  const last = keys.at(-1);
  if (last === undefined) return "";
  if (isOver) return keys.length === 1 ? "" : `The longest chain was ${thens(keys)}`;
  return ahead.length === 0
    ? `The longest chain now ends with ${last}`
    : `The longest chain now is ${thens([last, ...ahead])}`;
}

/** The job that has been in the queue the longest, with the reason that the server gives for it. */
export function queueSentence(lanes: Iterable<Lane>, now: number): string {
  let longest: { readonly lane: Lane; readonly ms: number } | null = null;
  for (const lane of lanes) {
    const last = lane.phases.at(-1);
    if (lane.job.kind === "group" || last?.doing !== "queued" || last.to !== null) continue;
    const ms = now - last.from;
    if (ms >= STOOD_MS && ms > (longest?.ms ?? 0)) longest = { lane, ms };
  }
  if (longest === null) return "";
  const { job } = longest.lane;
  return `${job.name} has stood ${clock(longest.ms)} in the queue${job.reason === "" ? "" : `: ${job.reason}`}`;
}

function thens(names: readonly string[]): string {
  if (names.length <= NAMED_MAX) return names.join(", then ");
  const head = names.slice(0, NAMED_MAX - 1);
  return `${head.join(", then ")}, then ${names.length - head.length} more`;
}

function listed(parts: readonly string[]): string {
  return parts.length <= 1 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}
