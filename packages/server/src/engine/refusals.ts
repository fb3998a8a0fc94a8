import { GaiaError } from "@gaia/contracts";

/** Nothing new is taken any more. */
export function stopping(): GaiaError {
  return new GaiaError("unavailable", "The server is stopping. Try again when it is up.");
}

/** A limit that time may lift. */
export function full(limit: number, what: string): GaiaError {
  return new GaiaError("queue_full", `${limit} ${what}, which is the limit. Try again in a moment.`);
}

/** The run machine's words as a sentence. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
