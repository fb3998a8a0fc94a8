import { GaiaError } from "@gaia/contracts";
import type { Arrival } from "./arrival.ts";
import type { Guesses } from "./guesses.ts";
import { checkOrigin } from "./origin.ts";
import type { Proxies } from "./proxies.ts";
import type { TokenCheck } from "./token.ts";

/** How a caller was recognised. */
export type Identity =
  /** Came over the socket file, which only the owner of the home may open. */
  | { readonly kind: "local" }
  | { readonly kind: "token" }
  | {
      /** A browser that has signed in. */
      readonly kind: "session";
      readonly id: string;
      /** Milliseconds since 1970. */
      readonly expiresAt: number;
      /** Its cookie was renewed: the answer carries this header. */
      readonly setCookie: string | null;
    }
  /** Nobody: enough for the routes that are open. */
  | { readonly kind: "anonymous" };

/** One way to be recognised. Null: this way says nothing; the next one is asked. */
export type Recognition = (arrival: Arrival) => Identity | null;

export interface AccessOptions {
  readonly token: TokenCheck;
  readonly guesses: Guesses;
  /** Of senders that sign: a webhook that is set up wrongly keeps nobody from signing in. */
  readonly signatures: Guesses;
  readonly proxies: Proxies;
  /** Further names under which the API may be reached over TCP, in lower case. */
  readonly hosts: ReadonlySet<string>;
  /** Further ways to be recognised, such as the cookie of a signed-in browser. */
  readonly recognitions?: readonly Recognition[];
}

/** Decides who asks. */
export class Access {
  readonly #hosts: ReadonlySet<string>;
  readonly #recognitions: readonly Recognition[];
  readonly #signatures: Guesses;
  readonly #proxies: Proxies;

  constructor(options: AccessOptions) {
    this.#hosts = options.hosts;
    this.#signatures = options.signatures;
    this.#proxies = options.proxies;
    this.#recognitions = [bearer(options), ...(options.recognitions ?? [])];
  }

  /**
   * @param open whether the route answers anybody; a wrong token is refused all the same
   * @throws GaiaError `forbidden` (foreign host or origin), `unauthenticated` or `rate_limited`
   */
  identify(arrival: Arrival, open: boolean): Identity {
    if (arrival.local) return { kind: "local" };
    const { host, origin } = arrival.headers;
    checkOrigin({ host, origin, localAddress: arrival.localAddress }, this.#hosts);
    for (const recognise of this.#recognitions) {
      const identity = recognise(arrival);
      if (identity !== null) return identity;
    }
    if (open) return { kind: "anonymous" };
    throw new GaiaError(
      "unauthenticated",
      `A token is wanted: send \`Authorization: Bearer …\`, or sign the browser in with \`gaia open\`. ${WHERE}`,
    );
  }

  /** Address of who asks; of the client when a trusted proxy says so. */
  addressOf(arrival: Arrival): string {
    return arrival.local ? "socket" : this.#proxies.clientAddress(arrival);
  }

  /**
   * Looks whether what a sender signed is right; null: it is not, and that is counted.
   * @param presented what was signed, and how
   * @throws GaiaError `rate_limited`, without looking
   */
  checkSignature<T>(arrival: Arrival, presented: string, look: () => T | null): T | null {
    return this.#signatures.check(this.addressOf(arrival), presented, look);
  }
}

const WHERE =
  "It is in secrets/token of Gaia's home folder; over the socket of the same user none is needed.";

function bearer({ token, guesses, proxies }: AccessOptions): Recognition {
  return (arrival) => {
    const presented = arrival.headers.authorization;
    if (presented === undefined) return null;
    const [scheme = "", value = ""] = presented.split(/ +/, 2);
    const identity = guesses.check(proxies.clientAddress(arrival), presented, () =>
      scheme.toLowerCase() === "bearer" && token.matches(value) ? ({ kind: "token" } as const) : null,
    );
    if (identity !== null) return identity;
    throw new GaiaError("unauthenticated", `The token is not valid. ${WHERE}`);
  };
}
