// The library's dependency injection needs it, and it has to come first.
import "reflect-metadata";
import type { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { CertificateAuthority, KeyPair } from "../port.ts";

/**
 * Certificates of programs. P-256, because a key takes less than a millisecond and every published SDK accepts it;
 * an RSA key takes 150 ms, and each start needs two.
 */

const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" } as const;
const HOUR_MS = 3_600_000;
const AUTHORITY_MS = 175_200 * HOUR_MS;
/** Machines whose clocks differ by less than this still agree. */
const LEAF_BEFORE_MS = HOUR_MS;
/** A connection outlives its certificate; only starting one has to happen within. */
const LEAF_AFTER_MS = 48 * HOUR_MS;
const ORGANISATION = "gaia-pipeline";
/** Hosts ask for `unused`, which is what go-plugin does. */
const NAMES = ["gaia-pipeline.io", "unused"].map((value) => ({ type: "dns" as const, value }));
const { keyCertSign, cRLSign, digitalSignature } = x509.KeyUsageFlags;

/** A new authority, whose key is in memory alone. */
export async function createAuthority(): Promise<CertificateAuthority> {
  const keys = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `O=${ORGANISATION}`,
    notBefore: new Date(Date.now() - LEAF_BEFORE_MS),
    notAfter: new Date(Date.now() + AUTHORITY_MS),
    keys,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(keyCertSign | cRLSign | digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pem(certificate), issue: () => issueLeaf(certificate, keys.privateKey) };
}

/**
 * A pair signed by an authority. Its subject differs from the authority's: where both are equal, OpenSSL takes the
 * certificate for one that signed itself, and Node, Python and Ruby refuse it.
 */
async function issueLeaf(authority: x509.X509Certificate, signingKey: webcrypto.CryptoKey): Promise<KeyPair> {
  const keys = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `O=${ORGANISATION}, CN=gaia-program`,
    issuer: authority.subjectName,
    notBefore: new Date(Date.now() - LEAF_BEFORE_MS),
    notAfter: new Date(Date.now() + LEAF_AFTER_MS),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth,
      ]),
      new x509.SubjectAlternativeNameExtension(NAMES),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  return { certificate: pem(certificate), key: await exportKey(keys.privateKey) };
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", key));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join("\n")}\n-----END PRIVATE KEY-----\n`;
}

function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString("pem").trimEnd()}\n`;
}
