import "./overlays.css";
import { type ReactNode, useSyncExternalStore } from "react";
import { StatusMark } from "./status.tsx";

/** Results of what a person did. Errors are never toasts: they stay where they belong. */

interface Toast {
  readonly id: number;
  readonly text: ReactNode;
}

const SHOWN_MS = 6_000;
let toasts: readonly Toast[] = [];
let nextId = 1;
const timers = new Map<number, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();

/** Says for six seconds what has been done. */
export function toast(text: ReactNode): void {
  const id = nextId;
  nextId += 1;
  set([...toasts.slice(-2), { id, text }]);
  leaveIn(id, SHOWN_MS);
}

/** Where toasts appear; once in the shell. */
export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ id, text }) => (
        <div
          className="toast"
          key={id}
          onMouseEnter={() => clearTimeout(timers.get(id))}
          onMouseLeave={() => leaveIn(id, SHOWN_MS)}
        >
          <StatusMark status="completed" />
          <span>{text}</span>
        </div>
      ))}
    </div>
  );
}

function leaveIn(id: number, ms: number): void {
  timers.set(
    id,
    setTimeout(() => set(toasts.filter((each) => each.id !== id)), ms),
  );
}

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}
