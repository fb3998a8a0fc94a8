"""How a job went, as tests and the command line see it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..host import AddedJob
from ..log import Level
from ..perform import Result


class LogLine(NamedTuple):
    """One call of `ctx.log`."""

    #: debug, info, warn or error
    level: str
    text: str


#: The outcome of a job whose turn never came.
NOT_RUN = "not_run"


@dataclass
class JobReport:
    """How one job went."""

    title: str
    #: succeeded, failed, exit_pipeline, skipped, cancelled; or not_run, since something before it failed or
    #: ended the pipeline.
    outcome: str = NOT_RUN
    message: str = ""
    outputs: dict[str, Any] = field(default_factory=dict)
    #: Of all attempts.
    log: list[LogLine] = field(default_factory=list)
    added: list[AddedJob] = field(default_factory=list)
    attempts: int = 0

    @property
    def text(self) -> str:
        """The text of the log."""
        return "\n".join(line.text for line in self.log)

    def note_log(self, level: Level, text: str) -> None:
        self.log.append(LogLine(level.name.lower(), text))

    def note_result(self, result: Result) -> None:
        self.outcome, self.message, self.added = result.outcome.value, result.message, result.added
        self.outputs = {key: json.loads(value) for key, value in result.outputs.items()}


@dataclass
class RunReport:
    """How a whole run went: its jobs by title, in the order in which they became part of it."""

    jobs: dict[str, JobReport]

    @property
    def failed(self) -> list[str]:
        """Titles of the jobs that failed."""
        return [title for title, job in self.jobs.items() if job.outcome in ("failed", "cancelled")]

    @property
    def outcome(self) -> str:
        """succeeded, or failed when a job failed. A run that a job has ended early has not failed by it."""
        return "failed" if self.failed else "succeeded"
