import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { closePalette, openPalette } from "./palette/state.ts";
import { currentPreferences } from "./preferences.ts";
import { ADMINISTRATION, ROOMS } from "./rooms.ts";

/** How long `G` waits for the letter of a room. */
const CHORD_MS = 1_500;

/** Keys that work everywhere: find, go to a room. A screen's own keys are `useScreenKeys`. */
export function useKeys(): void {
  const router = useRouter();
  useEffect(() => {
    let chordUntil = 0;
    const pressed = (event: KeyboardEvent): void => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        openPalette();
        return;
      }
      if (!isLetterKey(event)) return;
      const letter = event.key.toLowerCase();
      if (performance.now() < chordUntil) {
        chordUntil = 0;
        const room = [...ROOMS, ...ADMINISTRATION].find(({ key }) => key === letter);
        if (room === undefined) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        closePalette();
        void router.navigate({ to: room.to });
      } else if (letter === "g") chordUntil = performance.now() + CHORD_MS;
      else if (event.key === "?") void router.navigate({ to: "/keys" });
    };
    addEventListener("keydown", pressed, true);
    return () => removeEventListener("keydown", pressed, true);
  }, [router]);
}

/** Keys of the screen that is shown, by `event.key`; off in fields, and where a person has turned letters off. */
export function useScreenKeys(keys: Readonly<Record<string, (event: KeyboardEvent) => void>>): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const act = isLetterKey(event) ? (keys[event.key] ?? keys[event.key.toLowerCase()]) : undefined;
      if (act === undefined) return;
      event.preventDefault();
      act(event);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [keys]);
}

function isLetterKey(event: KeyboardEvent): boolean {
  if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return false;
  const { target } = event;
  const isTyping =
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
      target.closest("[role=dialog],[role=alertdialog]") !== null);
  if (isTyping) return false;
  return event.key.length > 1 || currentPreferences().letterKeys;
}
