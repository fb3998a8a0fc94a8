"""Serves a pipeline to Gaia, over gRPC with mutual TLS."""
