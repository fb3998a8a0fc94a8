"""proto.Plugin: the protocol of all of Gaia's SDKs, and of the original Gaia."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping

import grpc

from ..arguments import BOOLEAN, TEXTAREA, VAULT, Arguments
from ..cancellation import Cancellation
from ..context import Context
from ..errors import RequestError
from ..graph import Graph, Node
from ..host import Run
from ..log import Level
from ..perform import Outcome, perform
from ..timeout import perform_in_time
from ..wire import messages
from .stream import Message
from .threads import no_free_threads

_OWN_TYPES = (TEXTAREA, BOOLEAN, VAULT)


class PluginService:
    """Lists the jobs, and performs them with what the old protocol can say."""

    def __init__(self, graph: Graph):
        self._graph = graph
        self._host = _StderrHost()

    def handler(self) -> grpc.GenericRpcHandler:
        return grpc.method_handlers_generic_handler(
            "proto.Plugin",
            {
                "GetJobs": grpc.unary_stream_rpc_method_handler(
                    self._get_jobs, messages.EMPTY.decode, messages.JOB.encode
                ),
                "ExecuteJob": grpc.unary_unary_rpc_method_handler(
                    self._execute_job, messages.JOB.decode, messages.JOB_RESULT.encode
                ),
            },
        )

    def _get_jobs(self, _request: Message, _call: grpc.ServicerContext) -> Iterator[Message]:
        for node in self._graph:
            if not node.job.on_demand:
                yield _job(node)

    def _execute_job(self, request: Message, call: grpc.ServicerContext) -> Message:
        node = self._graph.by_id(request["unique_id"])
        if node is None:
            call.abort(grpc.StatusCode.NOT_FOUND, f"there is no job with the id {request['unique_id']}")
        cancellation = Cancellation()
        if not call.add_callback(lambda: cancellation.request("the call was broken off")):
            cancellation.request("the call was broken off")
        given = [(argument["key"], argument["value"]) for argument in request["args"]]
        context = Context(
            self._graph, self._host, Arguments(node.job.args, given), cancellation, title=node.title
        )
        # Nobody else ends a job at its timeout: the original Gaia knows none.
        performing = perform if node.job.timeout is None else perform_in_time
        try:
            result = performing(node.job, context, cancellation)
        except RuntimeError as error:
            call.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, no_free_threads(error))
        if result.outcome == Outcome.SUCCEEDED:
            return {}
        if result.outcome == Outcome.SKIPPED:
            self._host.log(Level.INFO, f'"{node.title}" is skipped: {result.message}')
            return {}
        return {
            "unique_id": node.id,
            "failed": result.outcome != Outcome.EXIT_PIPELINE,
            "exit_pipeline": True,
            "message": result.message,
        }


class _StderrHost:
    """The log is stderr, a line each; and there is nobody who could do more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def log(self, level: Level, text: str) -> None:
        lines = "".join(f"{level.name} {line}\n" for line in text.splitlines() or [""])
        with self._lock:
            sys.stderr.write(lines)
            sys.stderr.flush()

    def check_adding(self) -> None:
        raise RequestError(_refusal("to add jobs to a run"))

    def start_run(self, pipeline: str, arguments: Mapping[str, str]) -> str:
        raise RequestError(_refusal("to start another pipeline"))

    def await_run(self, run: str) -> Run:
        raise RequestError(_refusal("to await another pipeline"))


def _refusal(what: str) -> str:
    return (
        f"{what} takes a Gaia that speaks gaia.program.v1; this one speaks only the original Gaia's protocol"
    )


def _job(node: Node) -> Message:
    return {
        "unique_id": node.id,
        "title": node.title,
        "description": node.job.description,
        "dependson": [other.id for other in node.depends_on],
        "args": [
            {
                "description": argument.description,
                "type": argument.type if argument.type in _OWN_TYPES else "textfield",
                "key": argument.key,
                "value": argument.default,
            }
            for argument in node.job.args
        ],
    }
