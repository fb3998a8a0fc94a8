"""Runs a pipeline without Gaia: for the command line, and for tests."""
