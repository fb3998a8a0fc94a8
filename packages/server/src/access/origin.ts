import { GaiaError } from "@gaia/contracts";

/** What of a request says where it came from and whom it meant. */
export interface RequestOrigin {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Address of this machine on which the connection arrived. */
  readonly localAddress: string | undefined;
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "::1"]);

/**
 * Refuses requests that a foreign web page made a browser send. A page that rebinds its name to 127.0.0.1 still sends
 * its own name as Host; one that posts across origins sends a foreign Origin. A token is wanted besides.
 *
 * @param hosts further names and addresses under which this server may be reached
 * @throws GaiaError `forbidden`
 */
export function checkOrigin(request: RequestOrigin, hosts: ReadonlySet<string>): void {
  const host = hostOf(request.host);
  if (host === null || !isOurs(host.name, request.localAddress, hosts)) {
    const shown = (request.host ?? "").slice(0, 100);
    const remedy = "Add the name to [server] hosts of config.toml if it is yours.";
    throw new GaiaError("forbidden", `This server does not answer for the host \`${shown}\`. ${remedy}`);
  }
  if (request.origin === undefined) return;
  const origin = URL.parse(request.origin);
  const isSame = origin !== null && origin.origin === request.origin && sameHost(origin, host);
  if (!isSame) {
    throw new GaiaError(
      "forbidden",
      "The request was made by a page of another origin, which may not use this server.",
    );
  }
}

interface Host {
  readonly name: string;
  readonly port: string;
}

/** `[::1]:4242` → `::1`, `4242`. Null: there is none, or it is none. */
function hostOf(header: string | undefined): Host | null {
  if (header === undefined || !/^[A-Za-z0-9.:[\]_-]{1,255}$/.test(header)) return null;
  const url = URL.parse(`http://${header}`);
  if (url === null || url.pathname !== "/" || url.username !== "") return null;
  return { name: bare(url.hostname), port: url.port };
}

function isOurs(name: string, localAddress: string | undefined, hosts: ReadonlySet<string>): boolean {
  // An address as Host was not rebound: the browser went where the page said.
  return LOOPBACK.has(name) || hosts.has(name) || name === localAddress?.replace(/^::ffff:/, "");
}

function sameHost(origin: URL, host: Host): boolean {
  const isWeb = origin.protocol === "http:" || origin.protocol === "https:";
  if (!isWeb || bare(origin.hostname) !== host.name) return false;
  // Behind a proxy that speaks TLS, the ports that are left out differ.
  return origin.port === host.port || (origin.port === "" && (host.port === "443" || host.port === "80"));
}

function bare(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
}
