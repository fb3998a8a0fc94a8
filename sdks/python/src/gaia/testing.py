"""Runs jobs within a test, without Gaia.

from gaia.testing import run_job, run_pipeline

report = run_job(pipeline, "Greet", args={"name": "you"})
assert report.outcome == "succeeded"
assert report.text == "hello you"
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .arguments import Arguments, texts_of
from .cancellation import Cancellation
from .context import Context, title_of
from .errors import GaiaError
from .host import Run
from .jobs import Job, Pipeline
from .local.host import Answer, LocalHost
from .local.report import JobReport, LogLine, RunReport
from .local.run import LocalRun
from .perform import perform

__all__ = ["Answer", "JobReport", "LogLine", "Run", "RunReport", "run_job", "run_pipeline"]


def run_job(
    pipeline: Pipeline,
    job: Job | str,
    *,
    args: Mapping[str, Any] | None = None,
    outputs: Mapping[str, Mapping[str, Any]] | None = None,
    answers: Mapping[str, Answer] | None = None,
    title: str | None = None,
    attempt: int = 1,
    cancelled: bool = False,
) -> JobReport:
    """Performs one attempt of one job, in this thread.

    `outputs` are those of the jobs that it depends on, by title. `answers` are what other pipelines answer,
    by name: outputs, or a `Run`, or a function of the arguments that returns one of these. With `cancelled`
    the job is asked to end from the beginning. A timeout is not looked at.
    """
    graph = pipeline.graph()
    node = graph.find(job)
    if node is None:
        raise GaiaError(f'there is no job "{title_of(job)}"{graph.closest(title_of(job))}')
    report = JobReport(title or node.title, attempts=1)
    cancellation = Cancellation()
    if cancelled:
        cancellation.request("cancelled by the test")
    context = Context(
        graph,
        LocalHost(report.note_log, answers or {}),
        Arguments(node.job.args, texts_of(args).items()),
        cancellation,
        title=report.title,
        outputs={key: dict(values) for key, values in (outputs or {}).items()},
        run="test",
        pipeline="test",
        attempt=attempt,
    )
    report.note_result(perform(node.job, context, cancellation))
    return report


def run_pipeline(
    pipeline: Pipeline,
    *,
    args: Mapping[str, Any] | None = None,
    answers: Mapping[str, Answer] | None = None,
) -> RunReport:
    """Runs a whole pipeline as the local runner does, with the same argument values for all jobs."""
    graph = pipeline.graph()
    nodes = [node for node in graph if not node.job.on_demand]
    return LocalRun(graph, texts_of(args), answers or {}).perform(nodes)
