import { dirname } from "node:path";
import { Guesses } from "./guesses.ts";
import { Access } from "./identity.ts";
import { Proxies } from "./proxies.ts";
import { Sessions } from "./sessions.ts";
import { SignIn } from "./sign-in.ts";
import { TicketPages } from "./ticket-pages.ts";
import { Tickets } from "./tickets.ts";
import { openToken } from "./token.ts";

export interface AccessPlaces {
  readonly tokenFile: string;
  readonly sessionsFile: string;
  /** Further names under which the API may be reached over TCP. */
  readonly hosts: readonly string[];
  /** Addresses of reverse proxies whose word about the client is taken. */
  readonly trustedProxies: readonly string[];
  readonly now: () => number;
  /** Told when sessions cannot be read or kept. */
  readonly onProblem: (problem: unknown) => void;
}

/**
 * Access of a home: its token, made at the first start, and the browsers that are signed in.
 * @throws GaiaError when the token cannot be read or made, or a proxy's address is none
 */
export function openAccess(places: AccessPlaces): { readonly access: Access; readonly signIn: SignIn } {
  const { now, onProblem } = places;
  const token = openToken(places.tokenFile);
  const guesses = new Guesses(now);
  const proxies = new Proxies(places.trustedProxies);
  const sessions = new Sessions({
    file: places.sessionsFile,
    fingerprint: token.fingerprint,
    now,
    onProblem,
  });
  const pages = new TicketPages(dirname(places.tokenFile));
  try {
    pages.clear();
  } catch (caught) {
    onProblem(caught);
  }
  const tickets = new Tickets(now);
  const signIn = new SignIn({ token, sessions, tickets, pages, guesses, proxies, now, onProblem });
  const hosts = new Set(places.hosts.map((name) => name.toLowerCase()));
  const access = new Access({
    token,
    guesses,
    signatures: new Guesses(now),
    proxies,
    hosts,
    recognitions: [signIn.recognise],
  });
  return { access, signIn };
}
