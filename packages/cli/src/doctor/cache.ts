import { storedCaches, totalBytes } from "../commands/cache.ts";
import { plural, sizeText } from "../terminal/time.ts";
import { ok, warning, type Finding } from "./check.ts";

/** What tasks keep from one run to the next. Says nothing where nothing is kept. */
export function checkCache(home: string): readonly Finding[] {
  const found = storedCaches(home);
  if (found.length === 0) return [];
  const text = `${plural(found.length, "entry", "entries")}, ${sizeText(totalBytes(found))}`;
  const damaged = found.filter(({ entry }) => entry === null).length;
  if (damaged === 0) return [ok("cache", text)];
  return [warning("cache", `${text}; ${damaged} damaged`, "gaia cache clear")];
}
