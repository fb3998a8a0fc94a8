import { expect, test } from "vitest";
import type { Arrival } from "./arrival.ts";
import { Proxies } from "./proxies.ts";

function from(remoteAddress: string, headers: Arrival["headers"] = {}): Arrival {
  return { local: false, method: "GET", upgrade: false, headers, localAddress: "127.0.0.1", remoteAddress };
}

const FORWARDED = { "x-forwarded-for": "6.6.6.6, 9.9.9.9, 10.0.0.2", "x-forwarded-proto": "http, https" };

test("the word of a trusted proxy is taken, from the right up to the first that is not trusted", () => {
  const proxies = new Proxies(["10.0.0.0/8", "fd00::/8", "192.168.1.1"]);
  for (const address of ["10.0.0.1", "::ffff:10.0.0.1", "fd00::1", "192.168.1.1"]) {
    expect([address, proxies.clientAddress(from(address, FORWARDED))]).toEqual([address, "9.9.9.9"]);
    expect(proxies.isSecure(from(address, FORWARDED))).toBe(true);
  }
  expect(proxies.isSecure(from("10.0.0.1", { "x-forwarded-proto": "https, http" }))).toBe(false);
  expect(proxies.clientAddress(from("10.0.0.1", { "x-forwarded-for": "made up" }))).toBe("10.0.0.1");
  expect(proxies.clientAddress(from("10.0.0.1"))).toBe("10.0.0.1");
});

test("what anybody else says about the client means nothing", () => {
  for (const proxies of [new Proxies([]), new Proxies(["10.0.0.0/8"])]) {
    expect(proxies.clientAddress(from("::ffff:11.0.0.1", FORWARDED))).toBe("11.0.0.1");
    expect(proxies.isSecure(from("11.0.0.1", FORWARDED))).toBe(false);
    expect(proxies.isSecure({ ...from(""), remoteAddress: undefined })).toBe(false);
  }
});

test("an address that is none is refused", () => {
  for (const address of ["proxy.example", "10.0.0.0/33", "10.0.0.1/x", "::/129", ""])
    expect(() => new Proxies([address]), address).toThrow("trusted_proxies");
});
