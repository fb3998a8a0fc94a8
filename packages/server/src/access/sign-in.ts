import { GaiaError } from "@gaia/contracts";
import type { Arrival } from "./arrival.ts";
import { cookieName, cookieValues, setCookie } from "./cookies.ts";
import type { Guesses } from "./guesses.ts";
import type { Identity, Recognition } from "./identity.ts";
import type { Proxies } from "./proxies.ts";
import { checkCookieUse } from "./same-origin.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { Ticket, TicketFate, Tickets } from "./tickets.ts";
import type { TicketPages } from "./ticket-pages.ts";
import type { TokenCheck } from "./token.ts";

export interface SignInOptions {
  readonly token: TokenCheck;
  readonly sessions: Sessions;
  readonly tickets: Tickets;
  readonly pages: TicketPages;
  readonly guesses: Guesses;
  readonly proxies: Proxies;
  readonly now: () => number;
  readonly onProblem: (problem: unknown) => void;
}

/** A browser that was signed in just now, and the header that tells it. */
export interface SignedIn {
  readonly session: Session;
  readonly setCookie: string;
}

/** How browsers sign in (by a ticket or the token), are known again (by a cookie), and sign out. */
export class SignIn {
  readonly #options: SignInOptions;

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  /** For `Access`: knows a browser by its cookie. */
  readonly recognise: Recognition = (arrival) => {
    const presented = this.#presented(arrival);
    if (presented === null) return null;
    checkCookieUse(arrival);
    // Browsers need not take a cookie from the answer to an upgrade.
    const renewed = arrival.upgrade ? null : this.#options.sessions.renew(presented);
    const { id, expiresAt } = renewed ?? presented;
    const cookie = renewed === null ? null : this.#cookie(arrival, presented.value, renewed.expiresAt);
    return { kind: "session", id, expiresAt, setCookie: cookie };
  };

  makeTicket(): Ticket {
    return this.#options.tickets.make();
  }

  /** @throws GaiaError `rate_limited` */
  byTicket(arrival: Arrival, text: string): SignedIn | Exclude<TicketFate, "valid"> {
    const { guesses, proxies, tickets } = this.#options;
    const fate = guesses.check(proxies.clientAddress(arrival), text, () => {
      const found = tickets.spend(text);
      return found === "unknown" ? null : found;
    });
    if (fate !== "valid") return fate ?? "unknown";
    this.#removePage(text);
    return this.#begin(arrival);
  }

  /** @throws GaiaError `unauthenticated` or `rate_limited` */
  byToken(arrival: Arrival, text: string): SignedIn {
    const { guesses, proxies, token } = this.#options;
    const isRight = guesses.check(proxies.clientAddress(arrival), text, () => token.matches(text) || null);
    if (isRight === true) return this.#begin(arrival);
    throw new GaiaError(
      "unauthenticated",
      "The token is not valid. It is in secrets/token of Gaia's home folder.",
    );
  }

  /** Ends the session that asks. Answers with the header that makes the browser forget it. */
  signOut(arrival: Arrival, identity: Extract<Identity, { kind: "session" }>): string {
    this.#options.sessions.end(identity.id);
    return this.forget(arrival);
  }

  /** Ends every session. How many there were. */
  signOutEverywhere(): number {
    return this.#options.sessions.endAll();
  }

  /** The header that makes a browser forget its session. */
  forget(arrival: Arrival): string {
    const isSecure = this.#options.proxies.isSecure(arrival);
    return setCookie(cookieName(arrival, isSecure), "", 0, isSecure);
  }

  /** Hears which sessions were ended. */
  onEnd(hear: (id: string) => void): void {
    this.#options.sessions.onEnd(hear);
  }

  /** `http://HOST` as the browser would write it. */
  originOf(arrival: Arrival): string {
    return `${this.#options.proxies.isSecure(arrival) ? "https" : "http"}://${arrival.headers.host ?? ""}`;
  }

  /** Always a new session: what the browser had before, or was made to have, is ended. */
  #begin(arrival: Arrival): SignedIn {
    const former = this.#presented(arrival);
    const { value, id, expiresAt } = this.#options.sessions.begin(former?.id ?? null);
    return { session: { id, expiresAt }, setCookie: this.#cookie(arrival, value, expiresAt) };
  }

  /** What is left of it is void; that keeps nobody out. */
  #removePage(ticket: string): void {
    try {
      this.#options.pages.remove(ticket);
    } catch (caught) {
      this.#options.onProblem(caught);
    }
  }

  #presented(arrival: Arrival): (Session & { readonly value: string }) | null {
    const name = cookieName(arrival, this.#options.proxies.isSecure(arrival));
    for (const value of cookieValues(arrival, name)) {
      const session = this.#options.sessions.find(value);
      if (session !== null) return { ...session, value };
    }
    return null;
  }

  #cookie(arrival: Arrival, value: string, expiresAt: number): string {
    const isSecure = this.#options.proxies.isSecure(arrival);
    const seconds = Math.round((expiresAt - this.#options.now()) / 1_000);
    return setCookie(cookieName(arrival, isSecure), value, seconds, isSecure);
  }
}
