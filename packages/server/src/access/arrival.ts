import type { IncomingHttpHeaders } from "node:http";

/** What access looks at. */
export interface Arrival {
  /** Came over the socket file. */
  readonly local: boolean;
  readonly method: string;
  /** Asks to become a WebSocket. */
  readonly upgrade: boolean;
  readonly headers: IncomingHttpHeaders;
  /** Address of this machine on which the connection arrived. */
  readonly localAddress: string | undefined;
  readonly remoteAddress: string | undefined;
}
