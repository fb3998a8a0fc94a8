"""Performs one job of a local run, as often and as long as it may."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Callable

from ..arguments import Arguments
from ..cancellation import TIMED_OUT, Cancellation
from ..context import Context
from ..graph import Graph
from ..host import Outputs
from ..jobs import Job
from ..log import Level
from ..perform import Outcome, Result, perform
from .host import Answer, LocalHost

#: So long a job may take to end when it was asked to. Then it is left behind: a thread cannot be killed.
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
        results: list[Result] = []
        ended, woken = threading.Event(), threading.Event()

        def run() -> None:
            results.append(perform(self._job, context, cancellation))
            ended.set()
            woken.set()

        cancellation.call(woken.set)
        threading.Thread(target=run, name=self._title, daemon=True).start()
        woken.wait(self._job.timeout)
        if not ended.is_set():
            cancellation.request(TIMED_OUT)
            if not ended.wait(GRACE_SECONDS):
                return Result(Outcome.FAILED, f"{self._why(cancellation)}, and does not end")
        result = results[0]
        if result.outcome == Outcome.CANCELLED and cancellation.reason == TIMED_OUT:
            return Result(Outcome.FAILED, self._why(cancellation))
        return result

    def _why(self, cancellation: Cancellation) -> str:
        """Why an attempt was asked to end, in words."""
        if cancellation.reason == TIMED_OUT:
            return f"timed out after {self._job.timeout:g} s"
        return cancellation.reason or "was asked to end"
