import type { Arrival } from "./arrival.ts";

/**
 * Cookies know no ports: every server of a host gets those of all others. So the name has the port in it, and two
 * Gaias on one machine do not sign each other's browsers out.
 */
export function cookieName({ headers }: Arrival, isSecure: boolean): string {
  const given = /:(\d{1,5})$/.exec(headers.host ?? "")?.[1];
  const port = given ?? (isSecure ? "443" : "80");
  // The prefix keeps pages of other hosts of the same domain from setting it; browsers take it over TLS only.
  return `${isSecure ? "__Host-" : ""}gaia-session-${port}`;
}

/** Values under that name; a browser sends several when pages of other paths or hosts have set some. */
export function cookieValues({ headers }: Arrival, name: string): readonly string[] {
  return (headers.cookie ?? "").split(";").flatMap((part) => {
    const [key = "", ...value] = part.split("=");
    return key.trim() === name ? [value.join("=").trim()] : [];
  });
}

/** What `Set-Cookie` says. @param seconds until it ends; 0 removes it */
export function setCookie(name: string, value: string, seconds: number, isSecure: boolean): string {
  const secure = isSecure ? "; Secure" : "";
  return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
}
