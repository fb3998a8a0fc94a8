import { PROGRAM_PROTOCOL } from "@gaia/contracts/program-protocol.ts";
import type { CertificatePaths } from "../certificates/certificate-files.ts";

/**
 * What a program's process is given. No SDK reads the cookie, the ports or the versions, but a program that was written
 * on go-plugin alone may. Java and Python write `?` for other letters in a C locale, so there is a UTF-8 one when nothing is set.
 */
export function programEnvironment(
  inherited: Readonly<Record<string, string | undefined>>,
  paths: CertificatePaths,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) if (value !== undefined) environment[name] = value;
  const locale = environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"] ?? "C";
  if (/^(C|POSIX|)$/.test(locale)) {
    delete environment["LC_ALL"];
    delete environment["LC_CTYPE"];
    environment["LANG"] = "C.UTF-8";
  }
  return {
    ...environment,
    GAIA_PLUGIN_CERT: paths.certificate,
    GAIA_PLUGIN_KEY: paths.key,
    GAIA_PLUGIN_CA_CERT: paths.authority,
    [PROGRAM_PROTOCOL.cookieName]: PROGRAM_PROTOCOL.cookieValue,
    PLUGIN_MIN_PORT: "10000",
    PLUGIN_MAX_PORT: "25000",
    PLUGIN_PROTOCOL_VERSIONS: String(PROGRAM_PROTOCOL.appVersion),
  };
}
