/** A schedule as Gaia reads it, or why there is none that means the same. */
export type Converted =
  | { readonly kind: "ok"; readonly cron: string }
  | { readonly kind: "problem"; readonly message: string };

/**
 * A schedule of an original Gaia. There a second stands in front, always: what looks like the five fields of cron is read
 * as second, minute, hour, day and month, and that is what it means here as well.
 */
export function convertSchedule(text: string): Converted {
  const trimmed = text.trim();
  const every = /^@every\s+(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/i.exec(trimmed);
  if (every !== null) {
    const [, hours = "0", minutes = "0", seconds = "0"] = every;
    return everySeconds(trimmed, Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds));
  }
  if (trimmed.startsWith("@")) return { kind: "ok", cron: trimmed };
  const fields = trimmed.split(/\s+/);
  if (fields.length === 6) return { kind: "ok", cron: fields.join(" ") };
  if (fields.length === 5) return { kind: "ok", cron: [...fields, "*"].join(" ") };
  return { kind: "problem", message: `\`${trimmed}\` has ${fields.length} fields` };
}

/** Counted from the server's start there, from the full hour or day here: the same only where it divides it. */
function everySeconds(text: string, seconds: number): Converted {
  if (seconds > 0 && seconds < 60 && 60 % seconds === 0)
    return { kind: "ok", cron: `*/${seconds} * * * * *` };
  const minutes = seconds / 60;
  if (Number.isInteger(minutes) && minutes < 60 && 60 % minutes === 0)
    return { kind: "ok", cron: minutes === 1 ? "* * * * *" : `*/${minutes} * * * *` };
  const hours = seconds / 3_600;
  if (Number.isInteger(hours) && hours > 0 && hours <= 24 && 24 % hours === 0)
    return {
      kind: "ok",
      cron: hours === 1 ? "0 * * * *" : hours === 24 ? "0 0 * * *" : `0 */${hours} * * *`,
    };
  return {
    kind: "problem",
    message: `\`${text}\` has no schedule that means the same: it divides neither a minute, an hour nor a day`,
  };
}
