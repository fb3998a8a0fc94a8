"""The log of one job."""

from __future__ import annotations

import enum
from typing import Any, Callable


class Level(enum.IntEnum):
    """As the protocol numbers them."""

    DEBUG = 0
    INFO = 1
    WARN = 2
    ERROR = 3


class Log:
    """Four levels. With more arguments the text is a format, as in `logging`: `log.info("%d rows", n)`."""

    def __init__(self, write: Callable[[Level, str], None]):
        self._write = write

    def debug(self, text: object, *args: Any) -> None:
        self._write(Level.DEBUG, _format(text, args))

    def info(self, text: object, *args: Any) -> None:
        self._write(Level.INFO, _format(text, args))

    def warning(self, text: object, *args: Any) -> None:
        self._write(Level.WARN, _format(text, args))

    def error(self, text: object, *args: Any) -> None:
        self._write(Level.ERROR, _format(text, args))


def _format(text: object, args: Any) -> str:
    return str(text) % args if args else str(text)
