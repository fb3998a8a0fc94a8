"""Performs a job where nobody else ends it: at its timeout, or when it was asked to end and does not."""

from __future__ import annotations

import threading

from .cancellation import TIMED_OUT, Cancellation
from .context import Context
from .jobs import Job
from .perform import Outcome, Result, perform

#: So long a job may take to end when it was asked to. Then it is left behind: a thread cannot be killed.
GRACE_SECONDS = 5.0


def perform_in_time(job: Job, context: Context, cancellation: Cancellation) -> Result:
    """Performs a job in a thread of its own. Raises `RuntimeError` when the machine gives none."""
    results: list[Result] = []
    ended, woken = threading.Event(), threading.Event()

    def run() -> None:
        results.append(perform(job, context, cancellation))
        ended.set()
        woken.set()

    threading.Thread(target=run, name=context.title, daemon=True).start()
    with cancellation.calling(woken.set):
        woken.wait(job.timeout)
    if not ended.is_set():
        cancellation.request(TIMED_OUT)
        if not ended.wait(GRACE_SECONDS):
            return Result(Outcome.FAILED, f"{_why(job, cancellation)}, and does not end")
    result = results[0]
    if result.outcome == Outcome.CANCELLED and cancellation.reason == TIMED_OUT:
        return Result(Outcome.FAILED, _why(job, cancellation))
    return result


def _why(job: Job, cancellation: Cancellation) -> str:
    """Why a job was asked to end, in words."""
    if cancellation.reason == TIMED_OUT:
        return f"timed out after {job.timeout:g} s"
    return cancellation.reason or "was asked to end"
