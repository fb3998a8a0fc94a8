import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An authority, and a pair that it has signed; the files are removed by `remove`. */
export function certificates() {
  const folder = mkdtempSync(join(tmpdir(), "gaia-sdk-"));
  const path = (/** @type {string} */ name) => join(folder, name);
  const openssl = (/** @type {string[]} */ ...args) =>
    execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/O=test", "-days", "2");
  openssl("req", ...key, "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/O=test/CN=leaf");
  writeFileSync(path("leaf.ext"), "subjectAltName=DNS:unused\n");
  const signed = [
    "-CA",
    "ca.crt",
    "-CAkey",
    "ca.key",
    "-CAcreateserial",
    "-extfile",
    "leaf.ext",
    "-days",
    "2",
  ];
  openssl("x509", "-req", "-in", "leaf.csr", "-out", "leaf.crt", ...signed);
  return {
    environment: {
      GAIA_PLUGIN_CERT: path("leaf.crt"),
      GAIA_PLUGIN_KEY: path("leaf.key"),
      GAIA_PLUGIN_CA_CERT: path("ca.crt"),
    },
    authority: readFileSync(path("ca.crt")),
    certificate: readFileSync(path("leaf.crt")),
    key: readFileSync(path("leaf.key")),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
