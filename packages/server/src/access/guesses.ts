import { GaiaError } from "@gaia/contracts";
import { createHash } from "node:crypto";

/** Nobody mistypes a token more often; a program that guesses gets no further than one a second. */
const BURST = 20;
const REFILL_MS = 1_000;
/** More addresses than this are not remembered: the one that was quiet longest is forgotten. */
const ADDRESSES = 2_000;
/** Wrong ones that are remembered of each address. */
const REMEMBERED = 32;

interface Guesser {
  left: number;
  at: number;
  readonly wrong: Set<string>;
}

/**
 * Counts wrong tokens and tickets by address. Only a new wrong one counts: a program that goes on with an outdated
 * token does not keep others of its address from signing in. The socket and signed-in browsers are never held up.
 */
export class Guesses {
  readonly #now: () => number;
  readonly #guessers = new Map<string, Guesser>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Looks whether what was presented is right; null: it is not, and that is counted.
   * @throws GaiaError `rate_limited`, without looking
   */
  check<T>(address: string, presented: string, look: () => T | null): T | null {
    const network = networkOf(address);
    const guesser = this.#refilled(network);
    const hash = createHash("sha256").update(presented).digest("base64");
    if (guesser?.wrong.has(hash) === true) return null;
    if (guesser !== null && guesser.left < 1) throw limited();
    const found = look();
    if (found === null) this.#count(network, guesser, hash);
    return found;
  }

  #refilled(network: string): Guesser | null {
    const guesser = this.#guessers.get(network);
    if (guesser === undefined) return null;
    const now = this.#now();
    guesser.left = Math.min(BURST, guesser.left + Math.max(0, now - guesser.at) / REFILL_MS);
    guesser.at = now;
    return guesser;
  }

  #count(network: string, known: Guesser | null, hash: string): void {
    const guesser = known ?? { left: BURST, at: this.#now(), wrong: new Set<string>() };
    guesser.left -= 1;
    guesser.wrong.add(hash);
    if (guesser.wrong.size > REMEMBERED) dropOldest(guesser.wrong);
    this.#guessers.delete(network);
    this.#guessers.set(network, guesser);
    if (this.#guessers.size > ADDRESSES) dropOldest(this.#guessers);
  }
}

function limited(): GaiaError {
  return new GaiaError(
    "rate_limited",
    "Too many wrong tokens, tickets or signatures came from this address. Wait a second, then try again.",
    { retry_after_ms: REFILL_MS },
  );
}

function dropOldest(kept: { keys(): Iterator<string>; delete(key: string): boolean }): void {
  const { value, done } = kept.keys().next();
  if (done !== true) kept.delete(value);
}

/** One client has a whole IPv6 network (/64) to choose addresses from. */
function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [plain = ""] = address.split("%");
  const [head = "", tail = ""] = plain.split("::");
  const groups = (part: string): readonly string[] => (part === "" ? [] : part.split(":"));
  const [left, right] = [groups(head), groups(tail)];
  const zeros = plain.includes("::") ? Math.max(0, 8 - left.length - right.length) : 0;
  return [...left, ...Array<string>(zeros).fill("0"), ...right].slice(0, 4).join(":");
}
