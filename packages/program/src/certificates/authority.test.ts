import { execFileSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openChild, scripted } from "../testing/open-scripted.ts";
import { temporaryAuthority } from "./authority.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "gaia-authority-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("what an authority issues is sound, for OpenSSL's strict reading as for a program", async () => {
  const authority = await temporaryAuthority();
  const pair = await authority.issue();
  const leaf = new X509Certificate(pair.certificate);
  const issuer = new X509Certificate(authority.certificate);
  expect(issuer.ca).toBe(true);
  expect(leaf.subject).not.toBe(issuer.subject);
  expect(leaf.subjectAltName).toBe("DNS:gaia-pipeline.io, DNS:unused");
  expect(leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey)).toBe(true);
  expect(leaf.checkPrivateKey(createPrivateKey(pair.key))).toBe(true);
  expect(pair.key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  const [ca, crt] = [join(folder, "ca.crt"), join(folder, "leaf.crt")];
  writeFileSync(ca, authority.certificate);
  writeFileSync(crt, pair.certificate);
  for (const purpose of ["sslserver", "sslclient"]) {
    const words = ["verify", "-x509_strict", "-purpose", purpose, "-CAfile", ca];
    const host = ["-verify_hostname", "unused", crt];
    expect(execFileSync("openssl", [...words, ...host], { encoding: "utf8" })).toContain("OK");
  }
  const program = await openChild(scripted("good"), { authority });
  try {
    expect((await program.describe()).jobs).toHaveLength(9);
  } finally {
    await program.close();
  }
});
