"""Performs one job of a local run, as often and as long as it may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Callable

from ..arguments import Arguments
from ..cancellation import Cancellation
from ..context import Context
from ..graph import Graph
from ..host import Outputs
from ..jobs import Job
from ..log import Level
from ..perform import Outcome, Result
from ..timeout import perform_in_time
from .host import Answer, LocalHost


class Attempts:
    """The attempts of one job."""

    def __init__(
        self,
        graph: Graph,
        job: Job,
        title: str,
        args: Arguments,
        outputs: Mapping[str, Outputs],
        answers: Mapping[str, Answer] | None,
        log: Callable[[Level, str], None],
    ):
        self._graph, self._job, self._title, self._args, self._outputs = graph, job, title, args, outputs
        self._host = LocalHost(log, answers)
        self._current = Cancellation()
        self._cancelled: str | None = None

    def perform(self, again: Callable[[int, Result], None]) -> Result:
        """The result of the last attempt; `again` hears of each before it."""
        for attempt in range(1, self._job.attempts + 1):
            result = self._attempt(attempt)
            if (
                result.outcome != Outcome.FAILED
                or attempt == self._job.attempts
                or self._cancelled is not None
            ):
                break
            again(attempt, result)
        return result

    def cancel(self, reason: str) -> None:
        """Asks the current attempt to end, and starts no other."""
        self._cancelled = reason
        self._current.request(reason)

    def _attempt(self, attempt: int) -> Result:
        cancellation = self._current = Cancellation()
        if self._cancelled is not None:
            return Result(Outcome.CANCELLED, self._cancelled)
        context = Context(
            self._graph,
            self._host,
            self._args,
            cancellation,
            title=self._title,
            outputs=self._outputs,
            run="local",
            pipeline="local",
            attempt=attempt,
        )
        return perform_in_time(self._job, context, cancellation)
