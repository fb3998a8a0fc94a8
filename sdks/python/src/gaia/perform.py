"""Performs one job, and says how it went: nothing that a function does comes out of here as an exception."""

from __future__ import annotations

import enum
import inspect
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable

from .cancellation import Cancellation
from .context import Context
from .errors import Cancelled, ExitPipeline, Skip
from .host import AddedJob
from .jobs import Job, JobFunction

#: Longer messages are cut. In bytes of UTF-8.
MESSAGE_BYTES = 65_536

_PACKAGE = os.path.dirname(__file__) + os.sep


class Outcome(str, enum.Enum):
    """How a job ended; in the order of their numbers in the protocol."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXIT_PIPELINE = "exit_pipeline"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Result:
    """How a job ended, and what it leaves behind when it succeeded."""

    outcome: Outcome
    message: str = ""
    #: Each as JSON.
    outputs: Mapping[str, str] = field(default_factory=dict)
    added: list[AddedJob] = field(default_factory=list)


def perform(job: Job, context: Context, cancellation: Cancellation) -> Result:
    """Asks the condition, then calls the function."""
    try:
        context.args.check_required()
        if job.condition is not None and not _call(job.condition, context, cancellation):
            return Result(Outcome.SKIPPED, "its condition does not hold")
        _call(job.function, context, cancellation)
    except ExitPipeline as error:
        return Result(Outcome.EXIT_PIPELINE, _cut(str(error) or f'"{context.title}" ended the pipeline'))
    except Skip as error:
        return Result(Outcome.SKIPPED, _cut(str(error) or "its condition does not hold"))
    # A job may raise anything, and the process has to live on: SystemExit as well.
    except BaseException as error:
        if cancellation.requested and _is_cancellation(error):
            return Result(Outcome.CANCELLED, cancellation.reason or "")
        _log_traceback(context, error)
        return Result(Outcome.FAILED, _cut(text_of_error(error)))
    return Result(Outcome.SUCCEEDED, "", context._outputs, context._added)


def text_of_error(error: BaseException) -> str:
    """What an exception says, or its kind when it says nothing."""
    if isinstance(error, SystemExit):
        return f"the job called sys.exit({error.code!r})"
    try:
        return str(error) or type(error).__name__
    except Exception:
        return type(error).__name__


def _call(function: JobFunction, context: Context, cancellation: Cancellation) -> Any:
    answer = function(*_parameters(function, context))
    return _run_coroutine(answer, cancellation) if inspect.iscoroutine(answer) else answer


def _parameters(function: JobFunction, context: Context) -> list[Any]:
    """What a function takes: the arguments, if its parameter is called `args`; the context; nothing."""
    code = getattr(function, "__code__", None)
    if code is not None and not inspect.ismethod(function) and not code.co_flags & inspect.CO_VARARGS:
        names = code.co_varnames[: code.co_argcount]
    else:
        names = tuple(inspect.signature(function).parameters)
    if not names:
        return []
    return [context.args if names[0] == "args" else context]


def _run_coroutine(coroutine: Any, cancellation: Cancellation) -> Any:
    """Runs an `async def` function on an event loop of its own; a cancellation cancels its task."""
    import asyncio

    async def run() -> Any:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        cancel: Callable[[], object] = lambda: loop.call_soon_threadsafe(task.cancel)  # noqa: E731
        with cancellation.calling(cancel):
            return await coroutine

    return asyncio.run(run())


def _is_cancellation(error: BaseException) -> bool:
    import asyncio

    return isinstance(error, (Cancelled, asyncio.CancelledError))


def _log_traceback(context: Context, error: BaseException) -> None:
    import traceback

    try:
        trace = traceback.TracebackException.from_exception(error)
        # Frames of this package are no news to the author.
        trace.stack = traceback.StackSummary.from_list(
            [frame for frame in trace.stack if not frame.filename.startswith(_PACKAGE)]
        )
        text = "".join(trace.format())
    except Exception:
        text = type(error).__name__
    context.log.error(text.rstrip("\n"))


def _cut(message: str) -> str:
    """A message of at most `MESSAGE_BYTES`, cut between two letters."""
    encoded = message.encode("utf-8", "replace")
    if len(encoded) <= MESSAGE_BYTES:
        return message
    return encoded[:MESSAGE_BYTES].decode("utf-8", "ignore")
