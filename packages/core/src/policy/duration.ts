/** The longest duration that is accepted: 3,650 days, ten years. Longer ones are typing errors, not plans. */
export const MAX_DURATION_MS = 3_650 * 86_400_000;

/** A duration that was read, in whole milliseconds, or a sentence that says why it was not. */
export type ParsedDuration =
  | { readonly kind: "ok"; readonly ms: number }
  | { readonly kind: "error"; readonly message: string };

/** Units from the longest to the shortest: the order in which a duration names them. */
const UNITS = [
  { name: "d", ms: 86_400_000 },
  { name: "h", ms: 3_600_000 },
  { name: "m", ms: 60_000 },
  { name: "s", ms: 1_000 },
  { name: "ms", ms: 1 },
] as const;

const EXAMPLES = 'write it like "30s", "1h30m", "500ms" or "2d"';
const PART = /(\d{1,15}(?:\.\d{1,15})?)(ms|[dhms])/y;

/**
 * Reads "1h30m", "30s", "500ms", "2d", "1.5h": numbers with the units d, h, m, s, ms, each at most once, longest
 * first. A number without a unit is refused, because seconds and milliseconds are too easily confused.
 */
export function parseDuration(text: string): ParsedDuration {
  const trimmed = text.trim();
  if (trimmed === "") return refuse(`a duration is empty; ${EXAMPLES}`);
  if (/^\d+(\.\d+)?$/.test(trimmed)) return refuse(`"${trimmed}" has no unit; ${EXAMPLES}`);
  let total = 0;
  let nextUnit = 0;
  let position = 0;
  while (position < trimmed.length) {
    PART.lastIndex = position;
    const part = PART.exec(trimmed);
    if (part === null) return refuse(`"${trimmed}" is not a duration; ${EXAMPLES}`);
    const [source, amount, name] = part;
    const index = UNITS.findIndex((unit, at) => at >= nextUnit && unit.name === name);
    const unit = UNITS[index];
    if (unit === undefined) {
      return refuse(`"${trimmed}" names its units out of order or twice; the order is d, h, m, s, ms`);
    }
    total += Number(amount) * unit.ms;
    nextUnit = index + 1;
    position += source.length;
  }
  const ms = Math.round(total);
  // 1.1s is 1100.0000000000002 as a double: a part of a millisecond is told from rounding by its size.
  if (Math.abs(total - ms) > 1e-3) return refuse(`"${trimmed}" is not a whole number of milliseconds`);
  if (ms > MAX_DURATION_MS) return refuse(`"${trimmed}" is longer than the limit of 3650d`);
  return { kind: "ok", ms };
}

/**
 * The text of a duration as `parseDuration` reads it: "1h30m", "500ms", "0s". Parts of a millisecond are rounded away;
 * a negative duration has a "-" in front, which is for people only.
 */
export function formatDuration(ms: number): string {
  let rest = Math.abs(Math.round(ms));
  if (rest === 0) return "0s";
  let text = ms < 0 ? "-" : "";
  for (const unit of UNITS) {
    const amount = Math.floor(rest / unit.ms);
    if (amount > 0) text += `${amount}${unit.name}`;
    rest -= amount * unit.ms;
  }
  return text;
}

function refuse(message: string): ParsedDuration {
  return { kind: "error", message };
}
