import type { CertificateAuthority } from "../port.ts";

/** An authority that is nowhere written down, for the programs of one process. */
export async function temporaryAuthority(): Promise<CertificateAuthority> {
  // Loaded with the first certificate: the library takes 130 ms, which a worker without programs need not pay.
  const { createAuthority } = await import("./issue.ts");
  return createAuthority();
}
