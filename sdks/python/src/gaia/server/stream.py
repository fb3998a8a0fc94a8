"""The stream of one job's messages to Gaia."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from typing import Any

#: So many messages wait for a slow host; then the job waits, and memory stays flat.
MOST_WAITING = 1_000

Message = dict[str, Any]


class MessageStream:
    """Any number of threads send; one iterates."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[Message] = deque()
        self._ended = False

    def send(self, message: Message) -> None:
        """Hands a message over. What comes after the end is dropped."""
        with self._changed:
            while len(self._waiting) >= MOST_WAITING and not self._ended:
                self._changed.wait()
            if not self._ended:
                self._waiting.append(message)
                self._changed.notify_all()

    def end(self, last: Message) -> None:
        """Sends the last message."""
        with self._changed:
            if not self._ended:
                self._waiting.append(last)
                self._ended = True
                self._changed.notify_all()

    def break_off(self) -> None:
        """Nobody listens any more."""
        with self._changed:
            self._waiting.clear()
            self._ended = True
            self._changed.notify_all()

    def __iter__(self) -> Iterator[Message]:
        while True:
            with self._changed:
                while not self._waiting and not self._ended:
                    self._changed.wait()
                if not self._waiting:
                    return
                message = self._waiting.popleft()
                if len(self._waiting) == MOST_WAITING - 1:
                    self._changed.notify_all()
            yield message
