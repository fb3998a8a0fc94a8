"""What `serve` does: the protocol when Gaia has started the program, else the local runner."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from .errors import DefinitionError, GaiaError
from .jobs import Pipeline


def main(pipeline: Pipeline, argv: Sequence[str] | None) -> None:
    try:
        graph = pipeline.graph()
        if os.environ.get("GAIA_PLUGIN_CERT"):
            from .server.serve import serve

            serve(graph, os.environ)
        from .local.command import run_command

        sys.exit(run_command(graph, sys.argv[1:] if argv is None else argv))
    except DefinitionError as error:
        for problem in error.problems:
            print(f"error: {problem}", file=sys.stderr)
        sys.exit(2)
    except GaiaError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
