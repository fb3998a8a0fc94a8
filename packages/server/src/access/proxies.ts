import { GaiaError } from "@gaia/contracts";
import { BlockList, isIP } from "node:net";
import type { Arrival } from "./arrival.ts";

/** Reverse proxies whose word about the client is taken; what anybody else says in such headers means nothing. */
export class Proxies {
  readonly #trusted = new BlockList();
  readonly #hasAny: boolean;

  /**
   * @param addresses `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`
   * @throws GaiaError `invalid_request`
   */
  constructor(addresses: readonly string[]) {
    for (const address of addresses) this.#trust(address);
    this.#hasAny = addresses.length > 0;
  }

  /** The client's address: of the peer, or as the last trusted proxy names it. */
  clientAddress({ headers, remoteAddress = "" }: Arrival): string {
    const forwarded = textOf(headers["x-forwarded-for"]);
    if (!this.#isTrusted(remoteAddress) || forwarded === "") return bare(remoteAddress);
    const named = forwarded.split(",").map((part) => bare(part.trim()));
    // From the right: what stands further left was sent by the client, who may say anything.
    const client = named.findLast((address) => !this.#isTrusted(address));
    return client !== undefined && isIP(client) !== 0 ? client : bare(remoteAddress);
  }

  /** Whether the browser speaks TLS, with a proxy in front. */
  isSecure({ headers, remoteAddress = "" }: Arrival): boolean {
    if (!this.#isTrusted(remoteAddress)) return false;
    return textOf(headers["x-forwarded-proto"]).split(",").at(-1)?.trim().toLowerCase() === "https";
  }

  #trust(address: string): void {
    const [name = "", bits] = address.split("/");
    const version = isIP(name);
    const family = version === 6 ? "ipv6" : "ipv4";
    const most = version === 6 ? 128 : 32;
    const isRange = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
    if (version === 0 || !isRange) {
      throw new GaiaError(
        "invalid_request",
        `[server] trusted_proxies: \`${address}\` is no address. Write \`10.0.0.1\` or \`10.0.0.0/8\`.`,
      );
    }
    if (bits === undefined) this.#trusted.addAddress(name, family);
    else this.#trusted.addSubnet(name, Number(bits), family);
  }

  #isTrusted(address: string): boolean {
    if (!this.#hasAny) return false;
    const name = bare(address);
    const version = isIP(name);
    return version !== 0 && this.#trusted.check(name, version === 6 ? "ipv6" : "ipv4");
  }
}

/** An IPv4 address that arrives on an IPv6 socket is the same address. */
function bare(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

function textOf(header: string | string[] | undefined): string {
  return Array.isArray(header) ? header.join(",") : (header ?? "");
}
