import { GaiaError } from "@gaia/contracts/errors.ts";
import type { SecretResolver } from "../../engine/options.ts";
import type { Logger } from "../../observe/port.ts";
import { digest } from "../firing.ts";
import { ageProblem, type Headers, type Proof, PROOF_HEADERS, proofOf } from "./signature.ts";

export interface SenderProofsOptions {
  readonly secret: SecretResolver;
  readonly now: () => number;
  readonly log: Logger;
}

/** An address at which somebody delivers. */
export interface SignedAddress {
  /** Id of the trigger, or of what else is called. */
  readonly id: string;
  /** For the log. */
  readonly pipeline: string;
  /** Name of the secret with which its sender signs; null: it has none, so nobody can call it. */
  readonly secret: string | null;
  /** Who has to be allowed to read that secret. */
  readonly asker: Parameters<SecretResolver>[1];
}

/** What came there. */
export interface SignedDelivery {
  readonly headers: Headers;
  /** As it came: that is what is signed. */
  readonly body: Buffer;
}

/** A delivery that was turned away, for those who look for why their sender is not heard. */
export interface TurnedAway {
  readonly at: number;
  readonly message: string;
}

/** A secret for addresses that are none, so that their refusal takes as long as any other. */
const NOBODYS = "no secret at all";

/** Tells the senders that know the secret of an address from all others, and remembers why those were not heard. */
export class SenderProofs {
  readonly #options: SenderProofsOptions;
  /** The last of each address. Not durable: anybody can cause it. */
  readonly #turnedAway = new Map<string, TurnedAway>();

  constructor(options: SenderProofsOptions) {
    this.#options = options;
  }

  /** The last delivery to an address that was turned away since the server started. */
  turnedAway(id: string): TurnedAway | null {
    return this.#turnedAway.get(id) ?? null;
  }

  /**
   * All on which it depends whether a delivery is proved: where it went, what is sent, and the secret as it is now.
   * @param place what the sender calls the address, whether it is one or not
   */
  fingerprint(
    address: SignedAddress | null,
    place: readonly string[],
    { headers, body }: SignedDelivery,
  ): string {
    const secret = address && this.#secretOf(address);
    const proofs = [...PROOF_HEADERS].map((header) => headers[header] ?? null);
    return JSON.stringify([...place, proofs, digest(body), digest(JSON.stringify(secret))]);
  }

  /** Null: there is no such address, or the sender does not know its secret; which of them is not told. */
  prove(address: SignedAddress | null, { headers, body }: SignedDelivery): Proof | null {
    const secret = address && this.#secretOf(address);
    const proof = proofOf(headers, body, secret?.kind === "value" ? secret.value : NOBODYS);
    if (address === null || secret === null) return null;
    if (secret.kind === "refused") this.turnAway(address, `its secret is ${address.secret}, ${secret.why}`);
    else if (proof === null)
      this.turnAway(address, `its signature is missing or not made with the secret ${address.secret}`);
    else return proof;
    return null;
  }

  /** @throws GaiaError `invalid_request` when it was signed too long ago */
  checkAge(address: SignedAddress, proof: Proof): void {
    const message = ageProblem(proof, this.#options.now());
    if (message === null) return;
    this.turnAway(address, message);
    throw new GaiaError("invalid_request", `The delivery is refused: ${message}.`);
  }

  /** A delivery is not dealt with. */
  turnAway({ id, pipeline }: SignedAddress, message: string): void {
    const { now, log } = this.#options;
    this.#turnedAway.set(id, { at: now(), message });
    log.warn({ trigger: id, pipeline, why: message }, "a delivery to a webhook was turned away");
  }

  /** Null: it has none. */
  #secretOf({ secret, asker }: SignedAddress): ReturnType<SecretResolver> | null {
    return secret === null ? null : this.#options.secret(secret, asker);
  }
}
