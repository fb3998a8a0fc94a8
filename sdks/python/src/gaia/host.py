"""What performs a job's wishes: Gaia, or whoever stands in for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from .log import Level


@dataclass(frozen=True)
class Run:
    """A run of another pipeline that has ended."""

    id: str
    #: completed, failed or cancelled
    status: str = "completed"
    outputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AddedJob:
    """A job that becomes part of the run when the one that added it has succeeded."""

    title: str
    #: Title of the declared job whose function performs it.
    job: str
    #: Id of that job.
    id: int
    arguments: Mapping[str, str] = field(default_factory=dict)
    #: Titles.
    depends_on: list[str] = field(default_factory=list)


class Host(Protocol):
    """Each method may be called from any thread of the job."""

    def log(self, level: Level, text: str) -> None:
        """Keeps a line, or several, of the job's log."""

    def check_adding(self) -> None:
        """Raises `RequestError` where no jobs can be added."""

    def start_run(self, pipeline: str, arguments: Mapping[str, str]) -> str:
        """Starts a run, and returns its id. Raises `RequestError`."""
        ...

    def await_run(self, run: str) -> Run:
        """Waits for the end of a run. Raises `RequestError`."""
        ...


#: Outputs of one job by key; their values are whatever JSON can say.
Outputs = dict[str, Any]
