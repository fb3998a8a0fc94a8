import { describe, expect, test } from "vitest";
import { branchProblem, credentialProblem, readAddress } from "./address.ts";

describe("an address", () => {
  test.each([
    ["https://example.org/team/orders.git", "https", "example.org", "/team/orders.git", "orders"],
    ["https://example.org:8443/team/my%20orders/", "https", "example.org", "/team/my%20orders/", "my orders"],
    ["http://127.0.0.1:3000/orders", "http", "127.0.0.1", "/orders", "orders"],
    ["ssh://git@example.org:2222/team/orders.git", "ssh", "example.org", "/team/orders.git", "orders"],
    ["git@example.org:team/orders.git", "ssh", "example.org", "team/orders.git", "orders"],
    ["example.org:orders", "ssh", "example.org", "orders", "orders"],
    ["git@[::1]:orders.git", "ssh", "::1", "orders.git", "orders"],
    ["file:///srv/git/orders.git", "file", null, "/srv/git/orders.git", "orders"],
  ])("%s is taken", (url, transport, host, path, name) => {
    expect(readAddress(url)).toEqual({ kind: "ok", url, transport, host, path, name });
  });

  test.each([
    ["/srv/git/orders.git", "file:///srv/git/orders.git", "orders"],
    ["/srv/my git/100%/", "file:///srv/my%20git/100%25/", "100%"],
  ])("%s is a path of this machine", (path, url, name) => {
    expect(readAddress(path)).toEqual({ kind: "ok", url, transport: "file", host: null, path, name });
  });

  test.each([
    ["https://ada:secret@example.org/orders", "keep the token as a secret"],
    ["https://token@example.org/orders", "keep the token as a secret"],
    ["ssh://git:secret@example.org/orders", "named with `ssh_key`"],
    ["git://example.org/orders", "use https:// or ssh://"],
    ["ext::sh -c 'touch /tmp/x'", "spaces"],
    ["ext::sh", "is no address"],
    ["ftp://example.org/orders", "scheme ftp"],
    ["--upload-pack=evil", "starts with a dash"],
    ["-oProxyCommand=evil:path", "starts with a dash"],
    ["https://example.org", "no repository on it"],
    ["https://example.org/a\nb", "control characters"],
    ["file://elsewhere/orders", "another host's file"],
    ["orders", "is no address"],
    ["./orders", "is no address"],
    ["/srv/a\nb", "control characters"],
  ])("%s is refused", (url, message) => {
    const read = readAddress(url);
    expect(read).toMatchObject({ kind: "invalid", message: expect.stringContaining(message) });
    // What was in it is not said again.
    expect(JSON.stringify(read)).not.toContain("secret@");
  });
});

test("a credential is for the addresses that take its kind, and for none where it could be read on the way", () => {
  const problem = (url: string, kind: "ssh_key" | "token"): string | null => {
    const address = readAddress(url);
    return address.kind === "ok" ? credentialProblem(address, kind) : address.message;
  };
  for (const url of [
    "https://example.org/x",
    "http://127.0.0.1:80/x",
    "http://localhost/x",
    "http://[::1]/x",
  ])
    expect([problem(url, "token"), problem(url, "ssh_key")]).toEqual([
      null,
      expect.stringContaining("a `token`"),
    ]);
  for (const url of ["http://example.org/x", "http://127.0.0.1.example.org/x"])
    expect(problem(url, "token")).toContain("not encrypted");
  expect(problem("git@example.org:x", "ssh_key")).toBeNull();
  expect(problem("git@example.org:x", "token")).toContain("an `ssh_key`");
  for (const kind of ["token", "ssh_key"] as const)
    expect(problem("file:///srv/x", kind)).toContain("no credentials");
});

test("names of branches are those that Git allows", () => {
  for (const name of ["main", "feature/orders-2", "release/1.2", "ünïcode"])
    expect(branchProblem(name)).toBeNull();
  for (const name of [
    "",
    "-x",
    "a..b",
    "a b",
    "a~1",
    "/a",
    "a/",
    "a.lock",
    "a/.b",
    "@",
    "a@{1}",
    "a\\b",
    "a.",
  ])
    expect(branchProblem(name)).toContain("cannot be the name of a branch");
});
