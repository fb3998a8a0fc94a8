import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProgramError } from "../program-error.ts";
import type { CertificateAuthority } from "../port.ts";

/** Names of the original Gaia, whose files are taken as they are. */
export const AUTHORITY_FILES = { certificate: "ca.crt", key: "ca.key" } as const;

/**
 * The authority whose files lie in a folder, made when there are none. Takes those of an original Gaia (RSA) as well.
 * Throws a `ProgramError` `bad_authority`.
 */
export async function openAuthority(folder: string): Promise<CertificateAuthority> {
  const paths = {
    certificate: join(folder, AUTHORITY_FILES.certificate),
    key: join(folder, AUTHORITY_FILES.key),
  };
  const there = { certificate: readOrNull(paths.certificate), key: readOrNull(paths.key) };
  if (there.certificate === null && there.key === null) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { createAuthority } = await issuing();
    const made = await createAuthority();
    // Nothing is overwritten: of two that came here at once, one is kept.
    if (writeOnce(paths.key, made.key)) writeOnce(paths.certificate, made.certificate);
    return openAuthority(folder);
  }
  if (there.key === null) throw bad(`${paths.key} is missing beside ${paths.certificate}`);
  if (there.certificate === null) throw bad(`${paths.certificate} is missing beside ${paths.key}`);
  return authorityOf(there.certificate, there.key, paths);
}

/** An authority that is nowhere written down, for one use. */
export async function temporaryAuthority(): Promise<CertificateAuthority> {
  const { createAuthority } = await issuing();
  const made = await createAuthority();
  return authorityWith(new X509Certificate(made.certificate), createPrivateKey(made.key));
}

function authorityOf(
  certificatePem: string,
  keyPem: string,
  paths: { certificate: string; key: string },
): CertificateAuthority {
  const certificate = parsed(() => new X509Certificate(certificatePem), paths.certificate, "certificate");
  const key = parsed(() => createPrivateKey(keyPem), paths.key, "private key");
  if (!certificate.ca) throw bad(`${paths.certificate} is not the certificate of an authority`);
  if (!certificate.checkPrivateKey(key)) throw bad(`${paths.key} does not belong to ${paths.certificate}`);
  if (certificate.validToDate.getTime() < Date.now()) {
    throw bad(`${paths.certificate} has expired on ${certificate.validToDate.toISOString()}`);
  }
  if (!isKnownKey(key)) throw bad(`${paths.key} is neither an RSA nor a P-256 key`);
  return authorityWith(certificate, key);
}

function authorityWith(certificate: X509Certificate, key: KeyObject): CertificateAuthority {
  return {
    certificate: certificate.toString(),
    issue: async () => (await issuing()).issueLeaf(certificate, key),
  };
}

/** Loaded with the first certificate: the library takes 130 ms, which a worker without programs need not pay. */
function issuing(): Promise<typeof import("./issue.ts")> {
  return import("./issue.ts");
}

function isKnownKey(key: KeyObject): boolean {
  if (key.asymmetricKeyType === "rsa") return true;
  return key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1";
}

function parsed<Value>(parse: () => Value, path: string, what: string): Value {
  try {
    return parse();
  } catch (reason) {
    throw bad(`${path} holds no ${what} in PEM`, reason);
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (reason) {
    if (reason instanceof Error && "code" in reason && reason.code === "ENOENT") return null;
    throw bad(
      `${path} cannot be read (${reason instanceof Error ? reason.message : String(reason)})`,
      reason,
    );
  }
}

/** Writes a whole file or nothing. False: it is there already. */
function writeOnce(path: string, text: string): boolean {
  const draft = `${path}.${process.pid}.${crypto.randomUUID()}`;
  writeFileSync(draft, text, { mode: 0o600, flag: "wx" });
  try {
    linkSync(draft, path);
    return true;
  } catch (reason) {
    if (reason instanceof Error && "code" in reason && reason.code === "EEXIST") return false;
    throw reason;
  } finally {
    rmSync(draft, { force: true });
  }
}

function bad(what: string, cause?: unknown): ProgramError {
  return new ProgramError("bad_authority", `The certificate authority cannot be used: ${what}.`, "", {
    cause,
  });
}
