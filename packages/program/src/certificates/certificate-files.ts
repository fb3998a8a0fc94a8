import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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

/** Writes them, under the system's temporary folder. */
export function writeCertificateFiles(authority: CertificateAuthority, pair: KeyPair): CertificateFiles {
  const folder = mkdtempSync(join(tmpdir(), "gaia-program-"));
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
