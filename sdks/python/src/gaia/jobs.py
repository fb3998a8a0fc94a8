"""Jobs, and the pipeline that they make up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, overload

from .arguments import Argument

if TYPE_CHECKING:
    from .context import Context
    from .graph import Graph

#: The function of a job. It takes its arguments (if its parameter is called `args`), the context, or nothing.
JobFunction = Callable[..., Any]
#: False, or raising `Skip("why")`, skips the job.
Condition = Callable[["Context"], Any]


@dataclass(frozen=True, eq=False)
class Job:
    """One job: a function, and under what terms Gaia performs it."""

    title: str
    function: JobFunction
    description: str = ""
    #: Jobs, or their titles in any case, that have to succeed before.
    depends_on: tuple[Job | str, ...] = ()
    args: tuple[Argument, ...] = ()
    condition: Condition | None = None
    #: In all, counting the first.
    attempts: int = 1
    #: Of one attempt, in seconds.
    timeout: float | None = None
    #: Declared, but no part of the graph until a job adds it at run time.
    on_demand: bool = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the function itself, as if it were not decorated."""
        return self.function(*args, **kwargs)


class Pipeline:
    """Collects jobs, in the order in which they are written.

    pipeline = gaia.Pipeline()

    @pipeline.job("Build", args=[gaia.text("service", default="web")])
    def build(ctx):
        ctx.log.info("building %s", ctx.args["service"])

    def main():
        pipeline.serve()
    """

    def __init__(self, jobs: Iterable[Job] = ()):
        self.jobs: list[Job] = list(jobs)

    @overload
    def job(self, title: JobFunction) -> Job: ...
    @overload
    def job(
        self,
        title: str | None = None,
        *,
        description: str | None = None,
        depends_on: Sequence[Job | str] = (),
        args: Sequence[Argument] = (),
        condition: Condition | None = None,
        attempts: int = 1,
        timeout: float | None = None,
        on_demand: bool = False,
    ) -> Callable[[JobFunction], Job]: ...

    def job(
        self,
        title: str | JobFunction | None = None,
        *,
        description: str | None = None,
        depends_on: Sequence[Job | str] = (),
        args: Sequence[Argument] = (),
        condition: Condition | None = None,
        attempts: int = 1,
        timeout: float | None = None,
        on_demand: bool = False,
    ) -> Any:
        """Makes a function a job.

        Title and description are, by default, its name and the first line of its docstring.
        """
        name = title if isinstance(title, str) else None

        def declare(function: JobFunction) -> Job:
            doc = (getattr(function, "__doc__", None) or "").strip().partition("\n")[0]
            job = Job(
                getattr(function, "__name__", "") if name is None else name,
                function,
                doc if description is None else description,
                tuple(depends_on),
                tuple(args),
                condition,
                attempts,
                timeout,
                on_demand,
            )
            self.jobs.append(job)
            return job

        return declare(title) if callable(title) else declare

    def graph(self) -> Graph:
        """The checked graph. Raises `DefinitionError` when there is something wrong with it."""
        from .graph import Graph

        return Graph(self.jobs)

    def serve(self, argv: Sequence[str] | None = None) -> None:
        """What `main` calls: serves Gaia when started by it, and otherwise is the local runner."""
        from .main import main

        main(self, argv)


def serve(jobs: Pipeline | Iterable[Job], argv: Sequence[str] | None = None) -> None:
    """Serves a list of jobs: the same as `Pipeline(jobs).serve()`."""
    (jobs if isinstance(jobs, Pipeline) else Pipeline(jobs)).serve(argv)
