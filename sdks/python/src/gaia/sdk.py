"""The form of Gaia's published SDK. A program moves over by importing `sdk` from `gaia`, not from `gaiasdk`.

The functions of such jobs take their arguments: items with `key` and `value`, which can be had by key, too.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from typing import Any, Callable

from . import arguments, jobs
from .errors import ExitPipeline

__all__ = ["Argument", "ExitPipeline", "InputType", "Job", "ManualInteraction", "serve"]


class InputType(enum.Enum):
    """Types of arguments."""

    TextFieldInp = "textfield"
    TextAreaInp = "textarea"
    BoolInp = "boolean"
    VaultInp = "vault"


class Argument:
    """An argument, with its default as `value`."""

    def __init__(
        self, desc: str = "", inputType: InputType = InputType.TextFieldInp, key: str = "", value: str = ""
    ):
        self.description = desc
        self.inputType = inputType
        self.key = key
        self.value = value


class ManualInteraction:
    """Can be given, but Gaia has never asked for one."""

    def __init__(self, desc: str = "", inputType: InputType = InputType.TextFieldInp, value: str = ""):
        self.description = desc
        self.inputType = inputType
        self.value = value


class Job:
    """A job. `dependsOn` are titles."""

    def __init__(
        self,
        title: str = "",
        desc: str = "",
        handler: Callable[..., Any] | None = None,
        dependsOn: Sequence[str] | None = None,
        args: Sequence[Argument] | None = None,
        interaction: ManualInteraction | None = None,
    ):
        self.title = title
        self.description = desc
        self.handler = handler
        self.dependsOn = dependsOn
        self.args = args
        self.interaction = interaction


def serve(jobs_: Iterable[Job]) -> None:
    """Serves these jobs."""
    pipeline_of(jobs_).serve()


def pipeline_of(jobs_: Iterable[Job]) -> jobs.Pipeline:
    """The same jobs as a `gaia.Pipeline`, which tests take."""
    return jobs.Pipeline(_job_of(job) for job in jobs_)


def _job_of(job: Job) -> jobs.Job:
    handler = job.handler
    return jobs.Job(
        job.title,
        (lambda args: handler(args)) if handler is not None else None,  # type: ignore[arg-type]
        job.description,
        tuple(job.dependsOn or ()),
        tuple(_argument_of(argument) for argument in job.args or ()),
    )


def _argument_of(argument: Argument) -> arguments.Argument:
    kind = arguments.TEXT if argument.inputType is InputType.TextFieldInp else argument.inputType.value
    return arguments.Argument(argument.key, kind, argument.description, argument.value)
