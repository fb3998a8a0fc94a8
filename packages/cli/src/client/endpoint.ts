import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { GaiaError } from "@gaia/contracts/errors.ts";

/** The environment of the process, or a part of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the server is reached: the user's own socket, or an address with a token. */
export type Endpoint =
  | { readonly kind: "socket"; readonly home: string; readonly path: string }
  | { readonly kind: "tcp"; readonly url: URL; readonly token: string | null };

/** Linux takes 108 bytes with the closing zero, macOS 104. */
export const SOCKET_PATH_BYTES_MAX = process.platform === "linux" ? 107 : 103;

/** `$GAIA_HOME`, by default `~/.gaia`. */
export function homeFolder(environment: Environment): string {
  const named = environment["GAIA_HOME"];
  return named === undefined || named === "" ? join(homedir(), ".gaia") : resolve(named);
}

/** The socket of the home, or what `GAIA_URL` and `GAIA_TOKEN` name. */
export function endpointFrom(environment: Environment): Endpoint {
  const address = environment["GAIA_URL"];
  if (address === undefined || address === "") {
    const home = homeFolder(environment);
    return { kind: "socket", home, path: join(home, "gaia.sock") };
  }
  const url = URL.parse(address);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new GaiaError("invalid_request", `GAIA_URL is not an http address: \`${address}\`.`, {
      next: ["export GAIA_URL=http://127.0.0.1:4242"],
    });
  }
  return { kind: "tcp", url, token: environment["GAIA_TOKEN"] ?? null };
}

/** The endpoint in words, for messages. */
export function endpointText(endpoint: Endpoint): string {
  return endpoint.kind === "socket" ? endpoint.path : endpoint.url.origin;
}

/** A path that `connect` takes for a socket whose own path is too long for the system; `close` when connected. */
export async function shortSocketPath(path: string): Promise<{ path: string; close: () => Promise<void> }> {
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX || process.platform !== "linux") {
    return { path, close: async () => {} };
  }
  // The kernel resolves /proc/self/fd/N to the folder, so the path that it is given stays short.
  const folder = await open(join(path, ".."), constants.O_RDONLY | constants.O_DIRECTORY);
  return { path: `/proc/self/fd/${folder.fd}/gaia.sock`, close: async () => folder.close() };
}
