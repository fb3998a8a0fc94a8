"""The checked graph of a pipeline's jobs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .arguments import BOOLEAN, CHOICE, NUMBER, Argument, boolean_of, number_of
from .errors import DefinitionError
from .jobs import Job


def job_id(title: str) -> int:
    """FNV-1a, 32 bits, of the title's UTF-8 bytes."""
    hashed = 0x811C9DC5
    for byte in title.encode():
        hashed = (hashed ^ byte) * 0x01000193 & 0xFFFFFFFF
    return hashed


class Node:
    """A job in its graph: with its id, and its dependencies found."""

    def __init__(self, job: Job):
        self.job = job
        self.id = job_id(job.title)
        self.depends_on: list[Node] = []

    @property
    def title(self) -> str:
        return self.job.title


class Graph:
    """The jobs by id and by title. A wrong one is a `DefinitionError`, with all that is wrong."""

    def __init__(self, jobs: Iterable[Job]):
        self.nodes = [Node(job) for job in jobs]
        self._by_title: dict[str, Node] = {node.title.lower(): node for node in reversed(self.nodes)}
        self._by_id: dict[int, Node] = {node.id: node for node in self.nodes}
        problems = [*self._titles(), *self._resolved(), *self._policies()]
        if not problems:
            problems = list(self._circles())
        if problems:
            raise DefinitionError(problems)

    def __iter__(self) -> Iterator[Node]:
        """All jobs, in the author's order."""
        return iter(self.nodes)

    def by_id(self, identifier: int) -> Node | None:
        return self._by_id.get(identifier)

    def find(self, wanted: Job | str) -> Node | None:
        """The node of a job of this pipeline, or of a title in any case."""
        if isinstance(wanted, str):
            return self._by_title.get(wanted.lower())
        node = self._by_title.get(wanted.title.lower())
        return node if node is not None and node.job is wanted else None

    def closest(self, title: str) -> str:
        """` (did you mean …?)` for a title that does not exist, or nothing."""
        import difflib

        lowered = {node.title.lower(): node.title for node in self.nodes}
        near = difflib.get_close_matches(title.lower(), lowered, 1)
        return f' (did you mean "{lowered[near[0]]}"?)' if near else ""

    def _titles(self) -> Iterator[str]:
        if all(node.job.on_demand for node in self.nodes):
            yield "the pipeline has no jobs" + (", only such on demand" if self.nodes else "")
        by_id: dict[int, Node] = {}
        for node in self.nodes:
            if node.title.strip() == "":
                yield "a job has no title"
            elif self._by_title[node.title.lower()] is not node:
                yield f'two jobs are called "{node.title}": the case of letters makes no difference'
            elif by_id.setdefault(node.id, node) is not node:
                other = by_id[node.id].title
                yield f'"{other}" and "{node.title}" have the same id, by chance: rename one of them'

    def _resolved(self) -> Iterator[str]:
        for node in self.nodes:
            if node.job.on_demand and node.job.depends_on:
                yield f'job "{node.title}" is on demand: what it depends on is said where it is added'
            for wanted in node.job.depends_on:
                found = self.find(wanted)
                title = wanted if isinstance(wanted, str) else wanted.title
                if found is None:
                    near = self.closest(title)
                    yield f'job "{node.title}" depends on "{title}", which is not declared{near}'
                elif found.job.on_demand:
                    yield f'job "{node.title}" depends on "{title}", which is on demand: no part of the graph'
                elif found not in node.depends_on:
                    node.depends_on.append(found)

    def _policies(self) -> Iterator[str]:
        for node in self.nodes:
            where, job = f'job "{node.title}"', node.job
            if not callable(job.function):
                yield f"{where} has no function"
            if not isinstance(job.attempts, int) or job.attempts < 1:
                yield f"{where}: attempts is {job.attempts!r}, but has to be a whole number from 1"
            if job.timeout is not None and not 0 < job.timeout < math.inf:
                yield f"{where}: timeout is {job.timeout!r}, but has to be seconds above 0"
            seen = set()
            for argument in job.args:
                if argument.key in seen:
                    yield f'{where} declares the argument "{argument.key}" twice'
                seen.add(argument.key)
                for problem in _argument_problems(argument):
                    yield f"{where}: {problem}"

    def _circles(self) -> Iterator[str]:
        circle = find_circle({node.title: [other.title for other in node.depends_on] for node in self.nodes})
        if circle:
            yield f"jobs depend on each other in a circle: {' -> '.join(circle)}"


def _argument_problems(argument: Argument) -> Iterator[str]:
    where, default = f'argument "{argument.key}"', argument.default
    if argument.key == "":
        yield "an argument has no key"
    if argument.type == CHOICE:
        if not argument.choices:
            yield f"{where} has no choices"
        elif default and default not in argument.choices:
            yield f'{where} has the default "{default}", which is none of {", ".join(argument.choices)}'
    elif default and argument.type == NUMBER and number_of(default) is None:
        yield f'{where} has the default "{default}", which is no number'
    elif default and argument.type == BOOLEAN and boolean_of(default) is None:
        yield f'{where} has the default "{default}", which is no boolean'


def find_circle(depends_on: Mapping[str, Sequence[str]]) -> list[str]:
    """A circle of dependencies, from a title back to itself; empty when there is none.

    Without recursion, because chains can be longer than Python's stack.
    """
    done = set()
    for first in depends_on:
        path: list[str] = []
        on_path = set()
        todo = [(first, False)]
        while todo:
            title, left = todo.pop()
            if left:
                on_path.discard(path.pop())
                done.add(title)
            elif title in on_path:
                return [*path[path.index(title) :], title]
            elif title not in done:
                path.append(title)
                on_path.add(title)
                todo.append((title, True))
                todo.extend((other, False) for other in depends_on.get(title, ()))
    return []
