import type { IconName } from "../design/index.ts";

/** The rooms of the dashboard. A room appears with its capability; it is never greyed. */
export interface RoomLink {
  readonly to: string;
  readonly name: string;
  readonly icon: IconName;
  /** Behind `G`. */
  readonly key: string | null;
}

export const ROOMS: readonly RoomLink[] = [
  { to: "/", name: "Home", icon: "home", key: "h" },
  { to: "/inbox", name: "Inbox", icon: "inbox", key: "i" },
  { to: "/pipelines", name: "Pipelines", icon: "pipelines", key: "p" },
  { to: "/runs", name: "Runs", icon: "runs", key: "r" },
  { to: "/triggers", name: "Triggers", icon: "triggers", key: "t" },
  { to: "/activity", name: "Activity", icon: "activity", key: "a" },
];

export const ADMINISTRATION: readonly RoomLink[] = [
  { to: "/secrets", name: "Secrets", icon: "key", key: null },
  { to: "/settings", name: "Settings", icon: "settings", key: null },
  { to: "/system", name: "System", icon: "system", key: "s" },
];
