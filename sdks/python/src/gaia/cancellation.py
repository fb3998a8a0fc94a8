"""How a job learns that it should end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Callable

from .errors import Cancelled


#: The reason of a job whose time is over; Gaia gives it, too.
TIMED_OUT = "timed_out"


class Cancellation:
    """Requested at most once; those who wait are woken, those who asked are called."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], object]] = []
        self.reason: str | None = None

    @property
    def requested(self) -> bool:
        return self._event.is_set()

    def request(self, reason: str) -> None:
        """Asks the job to end. A second request changes nothing."""
        with self._lock:
            if self._event.is_set():
                return
            self.reason = reason
            self._event.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def wait(self, seconds: float | None = None) -> bool:
        """Waits for the request, and says whether it came in time."""
        return self._event.wait(seconds)

    def raise_if_requested(self) -> None:
        if self._event.is_set():
            raise Cancelled(self.reason)

    def call(self, callback: Callable[[], object]) -> None:
        """Has something called at the request: at once when it has come already."""
        with self._lock:
            if not self._event.is_set():
                self._callbacks.append(callback)
                return
        callback()

    @contextmanager
    def calling(self, callback: Callable[[], object]) -> Iterator[None]:
        """As `call`, for the time of a block."""
        self.call(callback)
        try:
            yield
        finally:
            with self._lock:
                if callback in self._callbacks:
                    self._callbacks.remove(callback)
