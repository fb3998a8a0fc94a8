import type { Forge } from "@gaia/contracts/commit-status.ts";
import { LIMITS } from "@gaia/contracts/limits.ts";
import { type Address, readAddress } from "@gaia/git/address.ts";
import type { StatusTarget } from "../store/port.ts";

export type { StatusTarget };

/** What was written of where statuses go. */
export interface StatusOrder {
  /** Address of the repository. */
  readonly repository: string;
  /** Name of the secret. */
  readonly token: string;
  /** Null: by the host. */
  readonly forge: Forge | null;
  /** Null: it follows from the repository's address. */
  readonly api: string | null;
  readonly context: string;
}

/** A target, or which key is wrong and what to do. */
export type ReadTarget =
  | { readonly kind: "ok"; readonly target: StatusTarget }
  | {
      readonly kind: "invalid";
      readonly key: "repository" | "forge" | "api" | "context";
      readonly message: string;
    };

interface Site {
  readonly forge: Forge;
  readonly api: string;
}

const GITHUB: Site = { forge: "github", api: "https://api.github.com" };
const GITLAB: Site = { forge: "gitlab", api: "https://gitlab.com/api/v4" };
const BITBUCKET: Site = { forge: "bitbucket", api: "https://api.bitbucket.org/2.0" };

/** Hosts of which it is known what they speak; the second of a pair answers ssh where only port 443 is open. */
const SITES: ReadonlyMap<string, Site> = new Map([
  ["github.com", GITHUB],
  ["ssh.github.com", GITHUB],
  ["gitlab.com", GITLAB],
  ["altssh.gitlab.com", GITLAB],
  ["bitbucket.org", BITBUCKET],
  ["altssh.bitbucket.org", BITBUCKET],
  ["codeberg.org", { forge: "gitea", api: "https://codeberg.org/api/v1" }],
  ["gitea.com", { forge: "gitea", api: "https://gitea.com/api/v1" }],
]);

/** Where a forge on a host of its own has its API. Bitbucket is one site: its server for own hosts speaks otherwise. */
const API_PATHS: Readonly<Record<Exclude<Forge, "bitbucket">, string>> = {
  github: "/api/v3",
  gitlab: "/api/v4",
  gitea: "/api/v1",
};

/** Works out which forge is told, where, and of which repository. */
export function readTarget(order: StatusOrder): ReadTarget {
  const { repository, token, context } = order;
  const address = readAddress(repository);
  if (address.kind === "invalid") return invalid("repository", address.message);
  if (address.host === null)
    return invalid("repository", "is a path of this machine: there is no forge that could be told");
  if (context.length > LIMITS.statusContextCharacters || /\p{Cc}/u.test(context))
    return invalid(
      "context",
      `wants at most ${LIMITS.statusContextCharacters} characters, none of them a line break or the like`,
    );
  const site = siteOf(order, { ...address, host: address.host });
  if ("kind" in site) return site;
  const path = pathAt(site, address.path, order.api !== null);
  if (path === null) return invalid(...pathProblem(site.forge, order.api !== null));
  return { kind: "ok", target: { ...site, repository: path, context, token } };
}

type HostedAddress = Extract<Address, { readonly kind: "ok" }> & { readonly host: string };
type Invalid = Extract<ReadTarget, { readonly kind: "invalid" }>;

function siteOf({ forge, api }: StatusOrder, address: HostedAddress): Site | Invalid {
  const known = SITES.get(address.host);
  const spoken = forge ?? known?.forge ?? null;
  if (spoken === null)
    return invalid(
      "forge",
      `is not known of ${address.host}: say whether it is \`github\`, \`gitlab\`, \`gitea\` (Forgejo, too) or \`bitbucket\``,
    );
  if (known !== undefined && spoken !== known.forge)
    return invalid("forge", `does not fit: ${address.host} is ${known.forge}; remove it`);
  if (api !== null) return apiProblem(api) ?? { forge: spoken, api: api.replace(/\/+$/, "") };
  if (known !== undefined) return known;
  if (spoken === "bitbucket")
    return invalid(
      "api",
      `does not follow from ${address.host}: statuses are written as Bitbucket Cloud (bitbucket.org) takes them; name its API`,
    );
  const origin = originOf(address);
  if (origin === null)
    return invalid(
      "api",
      "does not follow from an http address: a token goes by https only; name the forge's API, https://…",
    );
  return { forge: spoken, api: `${origin}${API_PATHS[spoken]}` };
}

/** Null: a token would go in the clear. The port of an ssh address is that of ssh. */
function originOf({ transport, url, host }: HostedAddress): string | null {
  if (transport === "ssh") return `https://${host.includes(":") ? `[${host}]` : host}`;
  const { origin, protocol, hostname } = new URL(url);
  return protocol === "https:" || isLoopback(hostname) ? origin : null;
}

function apiProblem(api: string): Invalid | null {
  let url: URL;
  try {
    url = new URL(api);
  } catch {
    return invalid("api", "is no address: it looks like https://git.example.org/api/v1");
  }
  const { protocol, hostname, username, password } = url;
  if (username !== "" || password !== "")
    return invalid("api", "has credentials in it, which others would see; the token is a secret");
  // As it is written: the rest of each request's address goes behind it.
  if (/[?#\s\p{Cc}]/u.test(api))
    return invalid("api", "has `?`, `#` or a blank in it, which no such address has");
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback(hostname)))
    return invalid("api", "wants https://…: a token goes in the clear to this machine only");
  return null;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/**
 * The repository's path at its forge. A forge may be served below a path, which is a part of its web address and not of
 * the repository; only a named API tells of that. Null: it is none.
 */
function pathAt({ forge, api }: Site, written: string, isNamed: boolean): string | null {
  const parts = written
    .replace(/\.git\/*$/, "")
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
  if (forge === "gitlab") {
    const prefix = isNamed ? prefixOf(api) : [];
    const isBelow = prefix.every((part, index) => parts[index] === part);
    const path = isBelow ? parts.slice(prefix.length) : parts;
    return path.length < 2 ? null : path.join("/");
  }
  if (parts.length < 2 || (parts.length > 2 && !isNamed)) return null;
  return parts.slice(-2).join("/");
}

/** What stands before `/api/v4` in the path of an API. */
function prefixOf(api: string): readonly string[] {
  return new URL(api).pathname
    .replace(/\/api\/v\d+$/, "")
    .split("/")
    .filter((part) => part !== "");
}

function pathProblem(forge: Forge, isNamed: boolean): [Invalid["key"], string] {
  if (forge === "gitlab" || isNamed)
    return ["repository", "wants a path of two parts at least, such as team/app, to be told of"];
  return [
    "api",
    "does not follow from the repository's address, whose path is not OWNER/NAME: name the forge's API, with the path below which the forge is served",
  ];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function invalid(key: Invalid["key"], message: string): Invalid {
  return { kind: "invalid", key, message };
}
