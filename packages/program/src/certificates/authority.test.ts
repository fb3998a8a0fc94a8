import { execFileSync } from "node:child_process";
import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ProgramError } from "../program-error.ts";
import { openChild, scripted } from "../testing/open-scripted.ts";
import { openAuthority } from "./authority.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "gaia-authority-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (name: string): string => join(folder, name);

/** As the original Gaia makes it: RSA, the organisation alone as subject, no name for its key. */
function writeOriginal(): void {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(path("ca.key"), privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-new", "-key", path("ca.key"), "-out", path("ca.crt"), "-days", "7300"],
      ...["-subj", "/O=gaia-pipeline", "-addext", "subjectAltName=DNS:gaia-pipeline.io,DNS:unused"],
      ...["-addext", "subjectKeyIdentifier=none", "-addext", "authorityKeyIdentifier=none"],
    ],
    { stdio: "ignore" },
  );
}

async function expectSound(): Promise<void> {
  const authority = await openAuthority(folder);
  const pair = await authority.issue();
  const leaf = new X509Certificate(pair.certificate);
  const issuer = new X509Certificate(authority.certificate);
  expect(leaf.subject).not.toBe(issuer.subject);
  expect(leaf.subjectAltName).toBe("DNS:gaia-pipeline.io, DNS:unused");
  expect(leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey)).toBe(true);
  expect(leaf.checkPrivateKey(createPrivateKey(pair.key))).toBe(true);
  expect(pair.key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  writeFileSync(path("leaf.crt"), pair.certificate);
  for (const purpose of ["sslserver", "sslclient"]) {
    const words = ["verify", "-x509_strict", "-purpose", purpose, "-CAfile", path("ca.crt")];
    const host = ["-verify_hostname", "unused", path("leaf.crt")];
    // An original authority has no name for its key, which the strict reading of the standard wants.
    const kept =
      issuer.publicKey.asymmetricKeyType === "rsa" ? words.filter((word) => word !== "-x509_strict") : words;
    expect(execFileSync("openssl", [...kept, ...host], { encoding: "utf8" })).toContain("OK");
  }
  const program = await openChild(scripted("good"), { authority });
  try {
    expect((await program.describe()).jobs).toHaveLength(9);
  } finally {
    await program.close();
  }
}

describe("an authority", () => {
  test("is made where there is none, kept, and read by nobody else", async () => {
    await expectSound();
    const certificate = readFileSync(path("ca.crt"), "utf8");
    expect((await openAuthority(folder)).certificate).toBe(certificate);
    expect(["ca.crt", "ca.key"].map((name) => statSync(path(name)).mode & 0o777)).toEqual([0o600, 0o600]);
  });

  test("of an original Gaia is taken as it is", async () => {
    writeOriginal();
    await expectSound();
  });

  test("is one, also when two ask for it at once", async () => {
    const [one, other] = await Promise.all([openAuthority(folder), openAuthority(folder)]);
    expect(one.certificate).toBe(other.certificate);
  });
});

describe("an authority that cannot be used says why", () => {
  async function problem(): Promise<string> {
    const reason: unknown = await openAuthority(folder).catch((error: unknown) => error);
    if (!(reason instanceof ProgramError)) throw new Error("expected a ProgramError");
    expect(reason.code).toBe("bad_authority");
    return reason.message.replaceAll(`${folder}/`, "");
  }

  test("a file is missing", async () => {
    await openAuthority(folder);
    rmSync(path("ca.key"));
    expect(await problem()).toBe(
      "The certificate authority cannot be used: ca.key is missing beside ca.crt.",
    );
  });

  test("the key belongs to another", async () => {
    await openAuthority(folder);
    chmodSync(path("ca.key"), 0o600);
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    writeFileSync(path("ca.key"), privateKey.export({ type: "pkcs8", format: "pem" }));
    expect(await problem()).toContain("ca.key does not belong to ca.crt");
  });

  test("a file holds something else", async () => {
    await openAuthority(folder);
    writeFileSync(path("ca.crt"), "hello");
    expect(await problem()).toContain("ca.crt holds no certificate in PEM");
  });

  test("the certificate is no authority's", async () => {
    const pair = await (await openAuthority(folder)).issue();
    writeFileSync(path("ca.crt"), pair.certificate);
    writeFileSync(path("ca.key"), pair.key);
    expect(await problem()).toContain("ca.crt is not the certificate of an authority");
  });
});
