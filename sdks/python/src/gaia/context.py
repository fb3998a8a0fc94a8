"""What the function of a job sees of the world."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Callable

from .arguments import Arguments, texts_of
from .cancellation import Cancellation
from .errors import GaiaError, OutputError
from .graph import Graph
from .host import AddedJob, Host, Outputs, Run
from .jobs import Job
from .log import Log


class Dependencies(Mapping[str, Mapping[str, Any]]):
    """Outputs of the jobs that a job depends on, by job or by title in any case."""

    def __init__(self, outputs: Mapping[str, Outputs]):
        self._outputs = outputs
        self._titles = {title.lower(): title for title in outputs}

    def __getitem__(self, job: Job | AddedJob | str) -> Mapping[str, Any]:
        title = title_of(job)
        return self._outputs[self._titles.get(title.lower(), title)]

    def of(self, job: Job | AddedJob | str) -> Mapping[str, Any]:
        """The outputs of a job, none when it has none."""
        title = self._titles.get(title_of(job).lower())
        return {} if title is None else self._outputs[title]

    def __iter__(self) -> Iterator[str]:
        return iter(self._outputs)

    def __len__(self) -> int:
        return len(self._outputs)


class StartedRun:
    """A run of another pipeline that this job has started."""

    def __init__(self, host: Host, identifier: str):
        self._host = host
        self.id = identifier

    def wait(self) -> Run:
        """Waits for its end. A run that has failed is returned like any other: look at `status`."""
        return self._host.await_run(self.id)


class Context:
    """The context of one job; its functions may be called from any thread."""

    def __init__(
        self,
        graph: Graph,
        host: Host,
        args: Arguments,
        cancellation: Cancellation,
        *,
        title: str,
        outputs: Mapping[str, Outputs] | None = None,
        run: str = "",
        pipeline: str = "",
        attempt: int = 1,
    ):
        self._graph = graph
        self._host = host
        self._cancellation = cancellation
        self._outputs: dict[str, str] = {}
        self._added: list[AddedJob] = []
        #: The arguments.
        self.args = args
        #: The job's log.
        self.log = Log(host.log)
        #: Outputs of the jobs that this one depends on: `ctx.dependencies["Build"]["image"]`.
        self.dependencies = Dependencies(outputs or {})
        #: The job's own title; of an added job, the one that it was added with.
        self.title = title
        #: Id of the run.
        self.run = run
        #: Name of the pipeline.
        self.pipeline = pipeline
        #: Which attempt this is, from 1.
        self.attempt = attempt

    def output(self, job: Job | AddedJob | str, key: str, default: Any = None) -> Any:
        """An output of a job that this one depends on; `default` when there is none."""
        return self.dependencies.of(job).get(key, default)

    def set_output(self, key: str, value: Any) -> None:
        """Passes a value on to the jobs that depend on this one. It is anything that JSON can say."""
        if not isinstance(key, str) or key == "":
            raise OutputError(f"the key of an output is a text, but not {key!r}")
        try:
            self._outputs[key] = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        except (TypeError, ValueError) as error:
            raise OutputError(f'output "{key}" is nothing that JSON can say: {error}') from None

    def add(
        self,
        job: Job | str,
        title: str,
        args: Mapping[str, Any] | None = None,
        depends_on: Iterable[Job | AddedJob | str] = (),
    ) -> AddedJob:
        """Adds a job to the run, performed by the function of a declared one.

        It takes effect when this job has succeeded.
        """
        self._host.check_adding()
        node = self._graph.find(job)
        if node is None:
            name = title_of(job)
            raise GaiaError(
                f'"{title}" is to be performed by "{name}", which is not declared{self._graph.closest(name)}'
            )
        if not title.strip():
            raise GaiaError("an added job has no title")
        known = self._graph.find(title)
        if any(added.title.lower() == title.lower() for added in self._added) or (
            known and not known.job.on_demand
        ):
            raise GaiaError(f'there is a job "{title}" already')
        dependencies = [title_of(other) for other in depends_on]
        added = AddedJob(title, node.title, node.id, texts_of(args), dependencies)
        self._added.append(added)
        return added

    def start(self, pipeline: str, args: Mapping[str, Any] | None = None) -> StartedRun:
        """Starts another pipeline. Raises `RequestError` when Gaia refuses."""
        return StartedRun(self._host, self._host.start_run(pipeline, texts_of(args)))

    @property
    def cancelled(self) -> bool:
        """Whether Gaia has asked this job to end."""
        return self._cancellation.requested

    @property
    def cancel_reason(self) -> str | None:
        """Why it was asked to: run_stopped, timed_out, …"""
        return self._cancellation.reason

    def raise_if_cancelled(self) -> None:
        """Raises `Cancelled` when Gaia has asked this job to end: to be called now and then by long work."""
        self._cancellation.raise_if_requested()

    def sleep(self, seconds: float) -> None:
        """Sleeps, and raises `Cancelled` as soon as Gaia asks this job to end."""
        self._cancellation.wait(seconds)
        self._cancellation.raise_if_requested()

    def on_cancel(self, callback: Callable[[], object]) -> None:
        """Has something called when Gaia asks this job to end, such as `process.terminate`.

        It is called at once when Gaia has asked already.
        """
        self._cancellation.call(callback)


def title_of(job: Job | AddedJob | str) -> str:
    """The title of what may be given by title."""
    return job if isinstance(job, str) else job.title
