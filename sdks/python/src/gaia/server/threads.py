"""The threads of the server: as many as are wanted at once, so that only the machine is a limit."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Executor, Future
from contextlib import suppress
from typing import Any, Callable


class Threads(Executor):
    """Keeps its threads. Past what the machine gives, calls of gRPC wait for a free one, and jobs are refused."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        #: Threads that wait, less the calls that wait for them.
        self._free = 0
        # What waits is taken at last: there is always a thread.
        self._grow()

    def submit(self, function: Callable[..., Any], /, *args: Any, **keywords: Any) -> Future[Any]:
        """For gRPC, which does not survive a refusal."""
        with self._lock:
            if self._free <= 0:
                with suppress(RuntimeError):
                    self._grow()
            return self._take(function, *args, **keywords)

    def start(self, function: Callable[..., None], *args: Any) -> None:
        """Calls a function at once. Raises `RuntimeError` when there is no thread for it."""
        with self._lock:
            if self._free < 0:
                raise RuntimeError("all are busy")
            if self._free == 0:
                self._grow()
            self._take(function, *args)

    def _grow(self) -> None:
        threading.Thread(target=self._work, name="gaia", daemon=True).start()
        self._free += 1

    def _take(self, function: Callable[..., Any], *args: Any, **keywords: Any) -> Future[Any]:
        future: Future[Any] = Future()

        def call() -> None:
            try:
                future.set_result(function(*args, **keywords))
            except BaseException as error:
                future.set_exception(error)

        self._free -= 1
        self._calls.put(call)
        return future

    def _work(self) -> None:
        while True:
            self._calls.get()()
            with self._lock:
                self._free += 1


def no_free_threads(error: RuntimeError) -> str:
    """What Gaia knows a machine without threads by: it performs the job again when another one has ended."""
    return f"No free threads: {error}"
