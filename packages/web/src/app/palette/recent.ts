/** What was chosen in the palette lately, in this browser: ids of entries, the newest first. */

const KEY = "gaia.palette";
const KEPT = 20;

export function recentChoices(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

export function remember(id: string): void {
  try {
    const kept = [id, ...recentChoices().filter((each) => each !== id)].slice(0, KEPT);
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Storage is off or full: nothing is remembered.
  }
}
