import { createHash, randomBytes } from "node:crypto";

const TICKET_BYTES = 32;
/** From a terminal into a browser; long enough for a slow start of the browser. */
const VALID_MS = 120_000;
/** So long it is known of an old ticket that it was one, to say so. */
const REMEMBERED_MS = 3_600_000;
/** Each `gaia up` makes one; past this the oldest is forgotten. */
const KEPT = 1_000;

export interface Ticket {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What became of a ticket that was presented. */
export type TicketFate = "valid" | "used" | "expired" | "unknown";

interface Kept {
  readonly expiresAt: number;
  isUsed: boolean;
}

/** One-time tickets. In memory only: a restart voids those that nobody has used, and takes nothing from who is signed in. */
export class Tickets {
  readonly #now: () => number;
  /** By hash: what is kept cannot be presented. */
  readonly #kept = new Map<string, Kept>();

  constructor(now: () => number) {
    this.#now = now;
  }

  make(): Ticket {
    const text = randomBytes(TICKET_BYTES).toString("base64url");
    const expiresAt = this.#now() + VALID_MS;
    this.#forget();
    this.#kept.set(hashOf(text), { expiresAt, isUsed: false });
    return { text, expiresAt };
  }

  /** Uses the ticket up. */
  spend(text: string): TicketFate {
    const ticket = this.#kept.get(hashOf(text));
    if (ticket === undefined) return "unknown";
    if (ticket.isUsed) return "used";
    if (this.#now() >= ticket.expiresAt) return "expired";
    ticket.isUsed = true;
    return "valid";
  }

  /** Oldest first, as they were made. */
  #forget(): void {
    for (const [hash, { expiresAt }] of this.#kept) {
      if (this.#kept.size < KEPT && expiresAt + REMEMBERED_MS > this.#now()) return;
      this.#kept.delete(hash);
    }
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
