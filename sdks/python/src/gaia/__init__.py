"""Pipelines for Gaia: a program whose functions are the jobs.

import gaia

pipeline = gaia.Pipeline()

@pipeline.job("Greet", args=[gaia.text("name", default="world")])
def greet(ctx):
    ctx.log.info("hello %s", ctx.args["name"])

def main():
    pipeline.serve()
"""

from .arguments import Argument, Arguments, boolean, choice, number, text, textarea, vault
from .context import Context, StartedRun
from .errors import (
    ArgumentError,
    Cancelled,
    DefinitionError,
    ExitPipeline,
    GaiaError,
    OutputError,
    RequestError,
    Skip,
)
from .host import AddedJob, Run
from .jobs import Job, Pipeline, serve
from .version import VERSION as __version__

__all__ = [
    "AddedJob",
    "Argument",
    "ArgumentError",
    "Arguments",
    "Cancelled",
    "Context",
    "DefinitionError",
    "ExitPipeline",
    "GaiaError",
    "Job",
    "OutputError",
    "Pipeline",
    "RequestError",
    "Run",
    "Skip",
    "StartedRun",
    "__version__",
    "boolean",
    "choice",
    "number",
    "serve",
    "text",
    "textarea",
    "vault",
]
