import { useSyncExternalStore } from "react";

/** Whether the command palette is open: keys, the side and the top open it. */
let isOpen = false;
const listeners = new Set<() => void>();

export function openPalette(): void {
  set(true);
}

export function closePalette(): void {
  set(false);
}

export function usePaletteOpen(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isOpen,
  );
}

function set(next: boolean): void {
  isOpen = next;
  for (const listener of listeners) listener();
}
