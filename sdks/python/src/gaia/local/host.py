"""Stands in for Gaia: keeps the log, and answers for other pipelines what it was given."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any, Callable, Union

from ..errors import RequestError
from ..host import Run
from ..log import Level

#: What another pipeline answers: its outputs, a whole run, or a function of the arguments that returns those.
Answer = Union[Mapping[str, Any], Run, Callable[[Mapping[str, str]], Any]]


class LocalHost:
    """The host of one attempt."""

    def __init__(self, log: Callable[[Level, str], None], answers: Mapping[str, Answer] | None = None):
        self._log = log
        self._answers = answers
        self._ids = count(1)
        self._runs: dict[str, Run] = {}

    def log(self, level: Level, text: str) -> None:
        self._log(level, text)

    def check_adding(self) -> None:
        """Jobs can be added."""

    def start_run(self, pipeline: str, arguments: Mapping[str, str]) -> str:
        if self._answers is None:
            raise RequestError(f'starting the pipeline "{pipeline}" needs Gaia, and this is the local runner')
        if pipeline not in self._answers:
            raise RequestError(f'the test gives no answer for the pipeline "{pipeline}"')
        answer: Any = self._answers[pipeline]
        if callable(answer):
            answer = answer(arguments)
        identifier = f"run-{next(self._ids)}"
        if isinstance(answer, Run):
            self._runs[identifier] = Run(identifier, answer.status, answer.outputs)
        else:
            self._runs[identifier] = Run(identifier, "completed", dict(answer))
        return identifier

    def await_run(self, run: str) -> Run:
        return self._runs[run]
