"""gaia.program.v1.Program: all that the old protocol has no place for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from itertools import count

import grpc

from ..arguments import Arguments
from ..cancellation import Cancellation
from ..context import Context
from ..errors import Cancelled, RequestError
from ..graph import Graph, Node
from ..host import Outputs, Run
from ..jobs import Job
from ..log import Level
from ..perform import Outcome, Result, perform
from ..version import SDK
from ..wire import messages
from .stream import Message, MessageStream
from .threads import Threads, no_free_threads

_OUTCOMES = {outcome: number for number, outcome in enumerate(Outcome)}


class ProgramService:
    """Describes the pipeline, and performs its jobs, each with a stream of its own."""

    def __init__(self, graph: Graph, threads: Threads):
        self._graph = graph
        self._threads = threads

    def handler(self) -> grpc.GenericRpcHandler:
        return grpc.method_handlers_generic_handler(
            "gaia.program.v1.Program",
            {
                "Describe": grpc.unary_unary_rpc_method_handler(
                    self._describe, messages.EMPTY.decode, messages.DESCRIPTION.encode
                ),
                "Perform": grpc.stream_stream_rpc_method_handler(
                    self._perform, messages.HOST_MESSAGE.decode, messages.JOB_MESSAGE.encode
                ),
            },
        )

    def _describe(self, _request: Message, _call: grpc.ServicerContext) -> Message:
        return {"sdk": SDK, "max_parallel": 0, "jobs": [_description(node) for node in self._graph]}

    def _perform(self, received: Iterator[Message], call: grpc.ServicerContext) -> Iterator[Message]:
        start = next(received, {}).get("start")
        if start is None:
            call.abort(grpc.StatusCode.INVALID_ARGUMENT, "the first message has to be `start`")
        node = self._graph.by_id(start["job"])
        if node is None:
            call.abort(grpc.StatusCode.NOT_FOUND, f"there is no job with the id {start['job']}")
        try:
            outputs = _outputs(start)
        except ValueError as error:
            call.abort(grpc.StatusCode.INVALID_ARGUMENT, f"outputs of a dependency are no JSON: {error}")
        stream, cancellation = MessageStream(), Cancellation()
        host = _StreamHost(stream, cancellation)

        def lost() -> None:
            stream.break_off()
            cancellation.request("the connection to Gaia was lost")

        # When the host breaks the call off, `received` may end as if the host had only said its last: gRPC hears of the
        # one and of the other in two events, in either order. This comes after every end, when it changes nothing more.
        if not call.add_callback(lost):
            lost()
        context = Context(
            self._graph,
            host,
            Arguments(node.job.args, start["arguments"].items()),
            cancellation,
            title=start["title"] or node.title,
            outputs=outputs,
            run=start["run"],
            pipeline=start["pipeline"],
            attempt=start["attempt"] or 1,
        )
        try:
            self._threads.start(_listen, received, host, cancellation)
            self._threads.start(_run, node.job, context, cancellation, stream)
        except RuntimeError as error:
            call.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, no_free_threads(error))
        return iter(stream)


def _run(job: Job, context: Context, cancellation: Cancellation, stream: MessageStream) -> None:
    stream.end({"result": _result(perform(job, context, cancellation))})


def _outputs(start: Message) -> dict[str, Outputs]:
    """Outputs of dependencies, by title. Raises `ValueError` for what is no JSON."""
    return {
        title: {key: json.loads(value) for key, value in of["values"].items()}
        for title, of in start["outputs"].items()
    }


def _listen(received: Iterator[Message], host: _StreamHost, cancellation: Cancellation) -> None:
    """Hears what Gaia says while the job runs."""
    # A stream that was broken off raises here; `lost` sees to it.
    with suppress(Exception):
        for message in received:
            if message["cancel"] is not None:
                cancellation.request(message["cancel"]["reason"] or "cancelled")
            elif message["answer"] is not None:
                host.answer(message["answer"])
        host.close()


class _StreamHost:
    """Gaia, at the other end of the stream of one job."""

    def __init__(self, stream: MessageStream, cancellation: Cancellation):
        self._stream = stream
        self._cancellation = cancellation
        self._ids = count(1)
        self._open: dict[int, Future[Message]] = {}
        self._closed = False

    def log(self, level: Level, text: str) -> None:
        self._stream.send({"log": {"level": level, "text": text}})

    def check_adding(self) -> None:
        """Jobs can be added."""

    def start_run(self, pipeline: str, arguments: Mapping[str, str]) -> str:
        answer = self._ask({"start_run": {"pipeline": pipeline, "arguments": arguments}})
        return _run_of(answer).id

    def await_run(self, run: str) -> Run:
        return _run_of(self._ask({"await_run": {"run": run}}))

    def answer(self, answer: Message) -> None:
        waiting = self._open.pop(answer["request"], None)
        if waiting is not None and waiting.set_running_or_notify_cancel():
            waiting.set_result(answer)

    def close(self) -> None:
        """No more answers will come."""
        self._closed = True
        for number in list(self._open):
            self.answer({"request": number, "error": _NO_ANSWERS, "run": None})

    def _ask(self, request: Message) -> Message:
        self._cancellation.raise_if_requested()
        number = next(self._ids)
        waiting: Future[Message] = Future()
        self._open[number] = waiting
        if self._closed:
            self.close()
        self._stream.send({"request": {"id": number, **request}})
        with self._cancellation.calling(waiting.cancel):
            try:
                answer = waiting.result()
            except CancelledError:
                self._open.pop(number, None)
                raise Cancelled(self._cancellation.reason) from None
        if answer["error"]:
            raise RequestError(answer["error"])
        return answer


_NO_ANSWERS = "Gaia answers no requests of this job"


def _run_of(answer: Message) -> Run:
    run = answer["run"]
    if run is None:
        raise RequestError("Gaia's answer names no run")
    return Run(run["id"], run["status"], {key: json.loads(value) for key, value in run["outputs"].items()})


def _description(node: Node) -> Message:
    job = node.job
    return {
        "id": node.id,
        "title": node.title,
        "description": job.description,
        "depends_on": [other.id for other in node.depends_on],
        "arguments": [
            {
                "key": argument.key,
                "description": argument.description,
                "type": messages.ARGUMENT_TYPES.index(argument.type),
                "default_value": argument.default,
                "choices": argument.choices,
                "required": argument.required,
            }
            for argument in job.args
        ],
        "on_demand": job.on_demand,
        "attempts": job.attempts,
        "timeout_ms": 0 if job.timeout is None else max(1, round(job.timeout * 1000)),
    }


def _result(result: Result) -> Message:
    return {
        "outcome": _OUTCOMES[result.outcome],
        "message": result.message,
        "outputs": result.outputs,
        "jobs": [
            {
                "title": added.title,
                "job": added.id,
                "arguments": added.arguments,
                "depends_on": added.depends_on,
            }
            for added in result.added
        ],
    }
