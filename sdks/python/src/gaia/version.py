"""The version of this SDK."""

VERSION = "0.1.0"
#: How it calls itself to Gaia.
SDK = f"gaia-python/{VERSION}"
