import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CertificateAuthority, KeyPair } from "../port.ts";

export interface CertificatePaths {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

/** The files that a program reads when it starts, in a folder that only this user may open. */
export interface CertificateFiles extends CertificatePaths {
  remove(): void;
}

/** Writes them into a folder of their own. */
export function writeCertificateFiles(
  parent: string,
  authority: CertificateAuthority,
  pair: KeyPair,
): CertificateFiles {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(parent, "gaia-program-"));
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  return {
    certificate: write("crt.pem", pair.certificate),
    key: write("key.pem", pair.key),
    authority: write("ca.pem", authority.certificate),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
