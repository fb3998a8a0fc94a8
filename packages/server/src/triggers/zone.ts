import { UTC, type Zone } from "@gaia/core/schedule/index.ts";
import { didYouMean } from "@gaia/core/text/index.ts";

/** A time zone, or a sentence that says why there is none of that name. */
export type FoundZone =
  | { readonly kind: "ok"; readonly zone: Zone }
  | { readonly kind: "error"; readonly message: string };

/**
 * The time zone of an IANA name such as `Europe/Berlin`, of `UTC`, or of a fixed offset such as `+05:30`, from the zone
 * data that this Node.js brings. An offset costs about 1 µs.
 */
export function zoneFrom(name: string): FoundZone {
  if (/^(utc|z|etc\/utc)$/i.test(name)) return { kind: "ok", zone: UTC };
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { kind: "error", message: `there is no time zone "${name}"${hint(name)}` };
  }
  return { kind: "ok", zone: { offsetMsAt: (utcMs) => offsetMsFrom(format.format(utcMs)) } };
}

/** The offset at the end of a text such as "7/1/2026, GMT-04:56:02"; "GMT" alone is 0. */
const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

function offsetMsFrom(text: string): number {
  const match = OFFSET.exec(text);
  if (match === null) throw new Error(`Intl gave a date without an offset: "${text}"`);
  const [, sign, hours = "0", minutes = "0", seconds = "0"] = match;
  const offsetMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  return sign === "-" ? 0 - offsetMs : offsetMs;
}

function hint(name: string): string {
  const zones = Intl.supportedValuesOf("timeZone");
  const wanted = name.trim().replaceAll(" ", "_").toLowerCase();
  const place = zones.find((zone) => zone.toLowerCase().endsWith(`/${wanted}`));
  if (place !== undefined) return `; did you mean \`${place}\`?`;
  return didYouMean(name, zones) || "; write it like Europe/Berlin, UTC or +05:30";
}
