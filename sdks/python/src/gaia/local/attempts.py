"""Performs one job of a local run, as often and as long as it may."""

from __future__ import annotations

import threading
from typing import Callable, Mapping, Optional

from ..arguments import Arguments
from ..cancellation import Cancellation
from ..context import Context
from ..graph import Graph
from ..host import Outputs
from ..jobs import Job
from ..log import Level
from ..perform import Outcome, Result, perform
from .host import Answer, LocalHost

#: So long a job may take to end when it was asked to. A thread cannot be killed: after that it is left behind.
GRACE_SECONDS = 5.0


class Attempts:
    """The attempts of one job."""

    def __init__(
        self,
        graph: Graph,
        job: Job,
        title: str,
        args: Arguments,
        outputs: Mapping[str, Outputs],
        answers: Optional[Mapping[str, Answer]],
        log: Callable[[Level, str], None],
    ):
        self._graph, self._job, self._title, self._args, self._outputs = graph, job, title, args, outputs
        self._host = LocalHost(log, answers)
        self._current = Cancellation()
        self._cancelled: Optional[str] = None

    def perform(self, again: Callable[[int, Result], None]) -> Result:
        """The result of the last attempt; `again` hears of each before it."""
        for attempt in range(1, self._job.attempts + 1):
            result = self._attempt(attempt)
            if result.outcome != Outcome.FAILED or attempt == self._job.attempts or self._cancelled is not None:
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
        results = []
        ended = threading.Event()

        def run() -> None:
            results.append(perform(self._job, context, cancellation))
            ended.set()

        threading.Thread(target=run, name=self._title, daemon=True).start()
        if not ended.wait(self._job.timeout):
            cancellation.request("timed_out")
        if cancellation.requested and not ended.wait(GRACE_SECONDS):
            return Result(Outcome.FAILED, f"{_timed_out(self._job)}, and does not end")
        ended.wait()
        result = results[0]
        if result.outcome == Outcome.CANCELLED and cancellation.reason == "timed_out":
            return Result(Outcome.FAILED, _timed_out(self._job))
        return result


def _timed_out(job: Job) -> str:
    return f"timed out after {job.timeout:g} s" if job.timeout is not None else "was asked to end"
