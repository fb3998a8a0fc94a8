"""Runs the jobs of a pipeline in the order of their dependencies, several at once."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from ..arguments import VAULT, Arguments
from ..graph import Graph, Node, find_circle
from ..host import AddedJob
from ..jobs import Job
from ..log import Level
from ..perform import Outcome, Result
from .attempts import Attempts
from .host import Answer
from .report import NOT_RUN, JobReport, RunReport

#: Jobs that run at once.
MOST_AT_ONCE = 64

#: What lets the jobs behind it run: also a condition that did not hold.
_PASSED = (Outcome.SUCCEEDED.value, Outcome.SKIPPED.value)


class Observer(Protocol):
    """Is told what happens, from several threads."""

    def started(self, title: str) -> None: ...

    def logged(self, title: str, level: Level, text: str) -> None: ...

    def trying_again(self, title: str, attempt: int, message: str) -> None: ...

    def ended(self, report: JobReport) -> None: ...


class Silent:
    """An observer that says nothing."""

    def started(self, title: str) -> None: ...

    def logged(self, title: str, level: Level, text: str) -> None: ...

    def trying_again(self, title: str, attempt: int, message: str) -> None: ...

    def ended(self, report: JobReport) -> None: ...


class _Step:
    """A job of the run, declared or added."""

    def __init__(self, title: str, job: Job, given: Mapping[str, str], depends_on: list[str]):
        self.report = JobReport(title)
        self.job = job
        self.args = Arguments(job.args, given.items())
        self.depends_on = depends_on
        self.dependants: list[_Step] = []
        self.waits_for = 0
        #: Something before it failed.
        self.barred = False

    @property
    def title(self) -> str:
        return self.report.title


class LocalRun:
    """One run."""

    def __init__(
        self,
        graph: Graph,
        values: Mapping[str, str],
        answers: Mapping[str, Answer] | None = None,
        observer: Observer | None = None,
    ):
        """`values` are for all jobs, by key; of added ones, for their secrets. Without `answers` no pipeline can be started."""
        self._graph, self._values, self._answers = graph, values, answers
        self._observer = observer or Silent()
        self._steps: dict[str, _Step] = {}
        self._ready: deque[_Step] = deque()
        self._running: dict[str, Attempts] = {}
        self._ended: queue.SimpleQueue[tuple[_Step, Result]] = queue.SimpleQueue()
        self._exiting = False

    def perform(self, nodes: Iterable[Node]) -> RunReport:
        """Runs these jobs to their end."""
        for node in nodes:
            self._steps[node.title.lower()] = _Step(
                node.title, node.job, self._given(node.job), [other.title for other in node.depends_on]
            )
        self._link(list(self._steps.values()))
        self._start_ready()
        while self._running:
            self._take(*self._ended.get())
            self._start_ready()
        return RunReport({step.title: step.report for step in self._steps.values()})

    def interrupt(self) -> None:
        """Asks the jobs that run to end, and starts no other. May be called by the handler of a signal."""
        self._exiting = True
        for attempts in list(self._running.values()):
            attempts.cancel("interrupted")

    def _link(self, steps: list[_Step]) -> None:
        """Makes steps wait for what they depend on."""
        for step in steps:
            for title in step.depends_on:
                before = self._steps[title.lower()]
                if before.report.outcome == NOT_RUN:
                    before.dependants.append(step)
                    step.waits_for += 1
                elif before.report.outcome not in _PASSED:
                    step.barred = True
            if step.waits_for == 0 and not step.barred:
                self._ready.append(step)

    def _start_ready(self) -> None:
        while self._ready and not self._exiting and len(self._running) < MOST_AT_ONCE:
            self._start(self._ready.popleft())

    def _start(self, step: _Step) -> None:
        report, observer = step.report, self._observer

        def log(level: Level, text: str) -> None:
            report.note_log(level, text)
            observer.logged(step.title, level, text)

        def again(attempt: int, result: Result) -> None:
            report.attempts = attempt
            observer.trying_again(step.title, attempt, result.message)

        outputs = {
            self._steps[title.lower()].title: self._steps[title.lower()].report.outputs
            for title in step.depends_on
        }
        attempts = Attempts(self._graph, step.job, step.title, step.args, outputs, self._answers, log)
        self._running[step.title] = attempts
        observer.started(step.title)
        threading.Thread(
            target=lambda: self._ended.put((step, attempts.perform(again))), name=step.title, daemon=True
        ).start()

    def _take(self, step: _Step, result: Result) -> None:
        """Takes the result of a step, and lets go what waited for it."""
        del self._running[step.title]
        if result.outcome == Outcome.SUCCEEDED and result.added:
            problem = self._problem_of(result.added)
            if problem is not None:
                result = Result(Outcome.FAILED, problem)
        step.report.attempts += 1
        step.report.note_result(result)
        self._observer.ended(step.report)
        self._exiting = self._exiting or result.outcome == Outcome.EXIT_PIPELINE
        self._add(result.added)
        passed = step.report.outcome in _PASSED
        for dependant in step.dependants:
            dependant.waits_for -= 1
            dependant.barred = dependant.barred or not passed
            if dependant.waits_for == 0 and not dependant.barred:
                self._ready.append(dependant)

    def _add(self, added: list[AddedJob]) -> None:
        steps = []
        for job in added:
            node = self._graph.by_id(job.id)
            assert node is not None
            given = {**self._given(node.job, secrets_alone=True), **job.arguments}
            step = _Step(job.title, node.job, given, job.depends_on)
            self._steps[job.title.lower()] = step
            steps.append(step)
        self._link(steps)

    def _given(self, job: Job, secrets_alone: bool = False) -> dict[str, str]:
        """What the run was given for a job."""
        return {
            argument.key: self._values[argument.key]
            for argument in job.args
            if argument.key in self._values and (argument.type == VAULT or not secrets_alone)
        }

    def _problem_of(self, added: list[AddedJob]) -> str | None:
        """What is wrong with added jobs, as Gaia would refuse them."""
        titles = {job.title.lower() for job in added}
        for job in added:
            if job.title.lower() in self._steps:
                return f'it added "{job.title}", but there is a job of this title already'
            for title in job.depends_on:
                if title.lower() not in titles and title.lower() not in self._steps:
                    return f'it added "{job.title}", which depends on "{title}": there is no such job'
        circle = find_circle(
            {job.title.lower(): [title.lower() for title in job.depends_on] for job in added}
        )
        return (
            f"it added jobs that depend on each other in a circle: {' -> '.join(circle)}" if circle else None
        )


def with_dependencies(nodes: Iterable[Node], graph: Graph) -> list[Node]:
    """These jobs and all that they depend on, in the author's order."""
    wanted: dict[str, Any] = {}
    todo = list(nodes)
    while todo:
        node = todo.pop()
        if node.title not in wanted:
            wanted[node.title] = node
            todo.extend(node.depends_on)
    return [node for node in graph if node.title in wanted]
