"""What a pipeline and its jobs can raise."""

from __future__ import annotations

from collections.abc import Sequence


class GaiaError(Exception):
    """Base of all errors that this package raises."""


class DefinitionError(GaiaError):
    """The pipeline is not what it has to be; `problems` says everything that is wrong."""

    def __init__(self, problems: Sequence[str]):
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class ArgumentError(GaiaError):
    """An argument is missing, or is not of the kind that was asked for."""


class OutputError(GaiaError):
    """An output cannot be passed on."""


class RequestError(GaiaError):
    """Gaia cannot, or will not, do what a job asks it for."""


class ExitPipeline(Exception):
    """Ends the pipeline, which has not failed by it."""


class Skip(Exception):
    """The job is not performed, for the reason that is its text. To be raised by a condition."""


class Cancelled(BaseException):
    """Gaia asked the job to end. No `Exception`, as in asyncio, so that `except Exception` lets it pass."""


# In a trace they are called as the author knows them.
for _error in (
    GaiaError,
    DefinitionError,
    ArgumentError,
    OutputError,
    RequestError,
    ExitPipeline,
    Skip,
    Cancelled,
):
    _error.__module__ = "gaia"
