import { pathToFileURL } from "node:url";

/** An address that `git` may be given. */
export type Address =
  | {
      readonly kind: "ok";
      /** As it is given to `git`; a path as the address of its file. */
      readonly url: string;
      readonly transport: "https" | "http" | "ssh" | "file";
      /** Null: this machine's own files. */
      readonly host: string | null;
      /** Where the repository lies on its host, as it is written. */
      readonly path: string;
      /** Last part of the path, without `.git`. */
      readonly name: string;
    }
  | { readonly kind: "invalid"; readonly message: string };

/** `user@host:path`, `host:path`: the form that has no scheme. */
const SCP_FORM = /^(?:([A-Za-z0-9._~-]+)@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9][A-Za-z0-9._-]*):(?!\/\/|:)(.+)$/;

/**
 * Reads the address of a repository. Credentials inside of it are refused: they would be seen in lists of processes, in
 * logs and in the repository's own configuration.
 */
export function readAddress(text: string): Address {
  // oxlint-disable-next-line no-control-regex -- an address with a line break or the like is none
  if (/[\u0000-\u001f\u007f]/.test(text)) return invalid("has control characters");
  if (text.startsWith("/")) {
    const { href, pathname } = pathToFileURL(text);
    return { kind: "ok", url: href, transport: "file", host: null, path: text, name: nameOf(pathname) };
  }
  if (text.includes(" ")) return invalid("has spaces; write a space as %20");
  if (text.startsWith("-")) return invalid("starts with a dash, which no address does");
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined) return withScheme(text, scheme);
  const scp = SCP_FORM.exec(text);
  if (scp !== null) {
    const [, , host, path = ""] = scp;
    return { kind: "ok", url: text, transport: "ssh", host: hostOf(host), path, name: nameOf(path) };
  }
  return invalid(
    "is no address of a repository: give https://…, ssh://…, user@host:path, or an absolute path",
  );
}

function withScheme(text: string, scheme: string): Address {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return invalid("is not a valid address");
  }
  const { hostname, username, password, pathname } = url;
  switch (scheme) {
    case "http":
    case "https":
      if (username !== "" || password !== "")
        return invalid(
          "has credentials in it, which others would see: keep the token as a secret, and name it with `token` (and the user with `user`)",
        );
      break;
    case "ssh":
      if (password !== "")
        return invalid("has a password in it, which others would see: use an SSH key, named with `ssh_key`");
      break;
    case "file":
      if (hostname !== "" && hostname !== "localhost") return invalid("names another host's file");
      return { kind: "ok", url: text, transport: "file", host: null, path: pathname, name: nameOf(pathname) };
    case "git":
      return invalid("has the scheme git://, which anybody on the way can change: use https:// or ssh://");
    default:
      return invalid(`has the scheme ${scheme}://; there are https, http, ssh and file`);
  }
  if (hostname === "") return invalid("names no host");
  if (pathname === "" || pathname === "/") return invalid("names a host, but no repository on it");
  return {
    kind: "ok",
    url: text,
    transport: scheme,
    host: hostOf(hostname),
    path: pathname,
    name: nameOf(pathname),
  };
}

/** Why a repository cannot be read with a credential of this kind; null: it can. */
export function credentialProblem(
  { url, transport, host }: Extract<Address, { kind: "ok" }>,
  kind: "ssh_key" | "token",
): string | null {
  if (kind === "ssh_key") {
    if (transport === "ssh") return null;
    return `\`ssh_key\` is for ssh:// and user@host:path; ${url} takes ${transport === "file" ? "no credentials" : "a `token`"}`;
  }
  if (transport === "ssh" || transport === "file")
    return `\`token\` is for https://; ${url} takes ${transport === "ssh" ? "an `ssh_key`" : "no credentials"}`;
  if (transport === "https" || isLoopback(host)) return null;
  return `${url} is not encrypted, and whoever is on the way would read the token; use https://`;
}

function isLoopback(host: string | null): boolean {
  return host === "localhost" || host === "::1" || (host !== null && /^127(\.\d{1,3}){3}$/.test(host));
}

/** Why a text cannot be the name of a branch; null: it can. The rules of `git check-ref-format`. */
export function branchProblem(name: string): string | null {
  const isWrong =
    // oxlint-disable-next-line no-control-regex -- these are what Git forbids
    /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)/.test(name) ||
    /^[-./]|[./]$/.test(name) ||
    name === "@" ||
    name === "";
  return isWrong ? `\`${name}\` cannot be the name of a branch` : null;
}

function hostOf(text = ""): string {
  return text.replace(/^\[|\]$/g, "").toLowerCase();
}

function nameOf(path = ""): string {
  const last = path.replace(/\/+$/, "").split(/[/:]/).at(-1) ?? "";
  const decoded = /%[0-9A-Fa-f]{2}/.test(last) ? safelyDecoded(last) : last;
  return decoded.replace(/\.git$/, "");
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function invalid(message: string): Address {
  return { kind: "invalid", message };
}
