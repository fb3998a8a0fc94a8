import { GaiaError } from "@gaia/contracts";

/**
 * Cursors of event streams: opaque to clients, bound to what they were made for. A run's cursor names the last event
 * that the client has; the one of all runs names a position in the store. Lists that are made in memory have theirs, too.
 */

const RUN = "r1";
const FEED = "f1";

/** @param seq last event of the run that the client has; 0: none */
export function runCursor(run: string, seq: number): string {
  return encode(`${RUN}.${seq}.${run}`);
}

/** Seq of the last event that the client has; null when the cursor is not of this run, or none of ours. */
export function seqFrom(cursor: string, run: string): number | null {
  const [kind, seq, ...rest] = decode(cursor).split(".");
  return kind === RUN && rest.join(".") === run ? wholeNumber(seq) : null;
}

export function feedCursor(namespace: string, position: number): string {
  return encode(`${FEED}.${position}.${namespace}`);
}

export function positionFrom(cursor: string, namespace: string): number | null {
  const [kind, position, ...rest] = decode(cursor).split(".");
  return kind === FEED && rest.join(".") === namespace ? wholeNumber(position) : null;
}

type List = "inbox" | "triggers" | "secrets";

/** Of a list that is made anew for each page: behind the item with this order and id. */
export function listCursor(list: List, at: number, id: string): string {
  return encode(`${list}.${at}.${id}`);
}

/** @throws GaiaError `invalid_cursor` when it is none of that list */
export function listPlace(cursor: string, list: List): { readonly at: number; readonly id: string } {
  const [kind, at, ...rest] = decode(cursor).split(".");
  const order = kind === list ? wholeNumber(at) : null;
  if (order === null || rest.length === 0)
    throw new GaiaError(
      "invalid_cursor",
      `The cursor was not made for this list. Start again without a cursor.`,
    );
  return { at: order, id: rest.join(".") };
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64url");
}

function decode(cursor: string): string {
  return cursor.length > 1_000 ? "" : Buffer.from(cursor, "base64url").toString("utf8");
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : null;
}
