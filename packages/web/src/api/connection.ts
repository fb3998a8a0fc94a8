import { useSyncExternalStore } from "react";

/** Whether what is on the screen is live: one fact for the whole page, told by the feed. */
export type Connection =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  /** Since when, and when it is tried again. */
  | { readonly kind: "offline"; readonly since: number; readonly retryAt: number };

let connection: Connection = { kind: "connecting" };
const listeners = new Set<() => void>();

export function setConnection(next: Connection): void {
  connection = next;
  for (const listener of listeners) listener();
}

export function currentConnection(): Connection {
  return connection;
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => connection,
  );
}
