import { useSyncExternalStore } from "react";
import type { TimeMode } from "./times.ts";

/** How a person reads logs in this browser. */
export interface LogChoices {
  readonly time: TimeMode;
  readonly wrap: boolean;
}

const KEY = "gaia.log";
const DEFAULTS: LogChoices = { time: "clock", wrap: false };
const listeners = new Set<() => void>();
let choices = read();

export function useLogChoices(): LogChoices {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => choices,
  );
}

export function chooseForLogs(change: Partial<LogChoices>): void {
  choices = { ...choices, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(choices));
  } catch {
    // Storage is off or full: the choice holds until the page is left.
  }
  for (const listener of listeners) listener();
}

function read(): LogChoices {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    if (typeof kept !== "object" || kept === null) return DEFAULTS;
    const time = "time" in kept ? kept.time : "clock";
    const wrap = "wrap" in kept && kept.wrap === true;
    return { time: time === "elapsed" || time === "off" ? time : "clock", wrap };
  } catch {
    return DEFAULTS;
  }
}
