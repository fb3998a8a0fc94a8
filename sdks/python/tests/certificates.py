"""An authority and a certificate, as Gaia makes them for each start: P-256, PKCS#8, the name `unused`."""

import os
import subprocess

_CONFIG = """
[req]
distinguished_name = name
[name]
[leaf]
subjectAltName = DNS:gaia-pipeline.io,DNS:unused
extendedKeyUsage = serverAuth,clientAuth
keyUsage = digitalSignature
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,digitalSignature
"""


class Certificates:
    """PEM files in a folder: `ca`, and `leaf`, which serves and asks."""

    def __init__(self, folder):
        self._folder = folder
        with open(self.path("config"), "w") as file:
            file.write(_CONFIG)
        self._pair("ca", "/O=gaia-test")
        # Another subject than the authority's: OpenSSL would take it for self-signed.
        self._pair(
            "leaf", "/O=gaia-test/CN=program", "-CA", self.path("ca.crt"), "-CAkey", self.path("ca.key")
        )

    def path(self, name):
        return os.path.join(self._folder, name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def environment(self):
        """What Gaia sets for a program."""
        return {
            "GAIA_PLUGIN_CERT": self.path("leaf.crt"),
            "GAIA_PLUGIN_KEY": self.path("leaf.key"),
            "GAIA_PLUGIN_CA_CERT": self.path("ca.crt"),
        }

    def _pair(self, name, subject, *signed_by):
        key, certificate = self.path(f"{name}.key"), self.path(f"{name}.crt")
        _openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
        request = ["req", "-x509", "-new", "-days", "1", "-key", key, "-subj", subject, "-out", certificate]
        _openssl(*request, "-config", self.path("config"), "-extensions", name, *signed_by)


def _openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
