"""The command line of a pipeline's program, when Gaia has not started it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence

from ..arguments import VAULT, Argument
from ..graph import Graph, Node
from ..log import Level
from ..perform import Outcome
from .report import NOT_RUN, JobReport
from .run import LocalRun, with_dependencies

_SUCCEEDED, _FAILED, _WRONG_USAGE, _INTERRUPTED = 0, 1, 2, 130


def run_command(graph: Graph, argv: Sequence[str]) -> int:
    """Performs a command line, and returns the exit status."""
    parser = argparse.ArgumentParser(
        description="A pipeline for Gaia, which starts this program itself. This is how to try it without."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="run|list")
    run = commands.add_parser("run", help="run all jobs, or some and what they depend on")
    run.add_argument(
        "--arg", action="append", default=[], metavar="KEY=VALUE", help="a value for an argument"
    )
    run.add_argument(
        "--job", action="append", default=[], metavar="TITLE", help="only this, and what it depends on"
    )
    commands.add_parser("list", help="list jobs, dependencies and arguments")
    options = parser.parse_args(argv)
    if options.command == "list":
        _list(graph)
        return _SUCCEEDED
    nodes = _chosen(graph, options.job, run)
    return _run(graph, nodes, _values(graph, nodes, options.arg, run))


def _chosen(graph: Graph, titles: list[str], parser: argparse.ArgumentParser) -> list[Node]:
    if not titles:
        return [node for node in graph if not node.job.on_demand]
    nodes = []
    for title in titles:
        node = graph.find(title)
        if node is None:
            parser.error(f'there is no job "{title}"{graph.closest(title)}')
        nodes.append(node)
    return with_dependencies(nodes, graph)


def _values(
    graph: Graph, nodes: list[Node], given: list[str], parser: argparse.ArgumentParser
) -> dict[str, str]:
    """Values by key: of secrets from the environment, of all from the command line."""
    # Also for jobs that are added on the way.
    secrets = {argument.key for node in graph for argument in node.job.args if argument.type == VAULT}
    declared = secrets.union(argument.key for node in nodes for argument in node.job.args)
    values = {key: os.environ[key] for key in secrets if key in os.environ}
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals:
            parser.error(f'--arg "{pair}" is not KEY=VALUE')
        if key not in declared:
            keys = ", ".join(sorted(declared)) or "none"
            parser.error(f'no job that runs has an argument "{key}"; there are: {keys}')
        values[key] = value
    return values


def _run(graph: Graph, nodes: list[Node], values: dict[str, str]) -> int:
    printer = _Printer()
    run = LocalRun(graph, values, observer=printer)
    interrupted = threading.Event()

    def interrupt(*_: object) -> None:
        interrupted.set()
        run.interrupt()
        # A second Ctrl-C ends the process.
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    signal.signal(signal.SIGINT, interrupt)
    report = run.perform(nodes)
    for job in report.jobs.values():
        if job.outcome == NOT_RUN:
            printer.say(job.title, "not run")
    if interrupted.is_set():
        printer.say("run", "interrupted")
        return _INTERRUPTED
    failed = report.failed
    printer.say("run", f"failed: {', '.join(failed)}" if failed else "succeeded")
    return _FAILED if failed else _SUCCEEDED


class _Printer:
    """Prints what happens, each line behind the title of its job."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started: dict[str, float] = {}

    def say(self, title: str, text: str) -> None:
        with self._lock:
            for line in text.splitlines() or [""]:
                # A terminal of another encoding must not end the run.
                sys.stdout.buffer.write(
                    f"{title}: {line}\n".encode(sys.stdout.encoding or "utf-8", "backslashreplace")
                )
            sys.stdout.buffer.flush()

    def started(self, title: str) -> None:
        self._started[title] = time.monotonic()
        self.say(title, "started")

    def logged(self, title: str, level: Level, text: str) -> None:
        self.say(title, "\n".join(f"{level.name} {line}" for line in text.splitlines() or [""]))

    def trying_again(self, title: str, attempt: int, message: str) -> None:
        self.say(title, f"attempt {attempt} failed: {message}")

    def ended(self, report: JobReport) -> None:
        for key, value in report.outputs.items():
            self.say(report.title, f"output {key} = {json.dumps(value, ensure_ascii=False)}")
        seconds = time.monotonic() - self._started[report.title]
        outcome = "ended the pipeline" if report.outcome == Outcome.EXIT_PIPELINE else report.outcome
        message = f": {report.message}" if report.message else ""
        self.say(report.title, f"{outcome} after {seconds:.2f} s{message}")


def _list(graph: Graph) -> None:
    for node in graph:
        print("".join(f"{line}\n" for line in _lines_of(node)), end="")


def _lines_of(node: Node) -> Iterator[str]:
    description = f": {node.job.description}" if node.job.description else ""
    yield f"{node.title}{description}{' (on demand)' if node.job.on_demand else ''}"
    if node.depends_on:
        yield f"  after {', '.join(other.title for other in node.depends_on)}"
    for argument in node.job.args:
        yield f"  --arg {argument.key}={_value_of(argument)}"


def _value_of(argument: Argument) -> str:
    details: list[str | None] = [
        "|".join(argument.choices) or argument.type,
        "required" if argument.required else None,
        f'default "{argument.default}"' if argument.default else None,
        argument.description or None,
    ]
    return ", ".join(detail for detail in details if detail is not None)
