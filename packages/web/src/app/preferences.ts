import { useSyncExternalStore } from "react";

/** What a person has chosen for this browser. Nothing here is secret. */
export interface Preferences {
  readonly theme: "system" | "light" | "dark";
  readonly density: "normal" | "compact";
  /** Keys that are a single letter. */
  readonly letterKeys: boolean;
  /** Widgets of the start page in their order; those left out are hidden. Null: as Gaia has them. */
  readonly home: readonly string[] | null;
}

const KEY = "gaia.preferences";
const DEFAULTS: Preferences = { theme: "system", density: "normal", letterKeys: true, home: null };
const listeners = new Set<() => void>();
let preferences: Preferences = read();

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => preferences,
  );
}

export function currentPreferences(): Preferences {
  return preferences;
}

/** Changes, shows and keeps them. */
export function prefer(change: Partial<Preferences>): void {
  preferences = { ...preferences, ...change };
  show(preferences);
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Storage is off or full: the choice holds until the page is left.
  }
  for (const listener of listeners) listener();
}

/** Light to dark and back, from what is seen now. */
export function switchTheme(): void {
  const shown = preferences.theme === "system" ? systemTheme() : preferences.theme;
  prefer({ theme: shown === "dark" ? "light" : "dark" });
}

function systemTheme(): "light" | "dark" {
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function show({ theme, density }: Preferences): void {
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset["theme"];
  else dataset["theme"] = theme;
  if (density === "compact") dataset["density"] = "compact";
  else delete dataset["density"];
}

function read(): Preferences {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof kept === "object" && kept !== null ? { ...DEFAULTS, ...kept } : DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}
