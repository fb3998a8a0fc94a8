"""Starts the server, and says where it listens."""

from __future__ import annotations

import os
import threading
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, NoReturn

from ..errors import GaiaError
from ..graph import Graph

CERTIFICATE, KEY, AUTHORITY = "GAIA_PLUGIN_CERT", "GAIA_PLUGIN_KEY", "GAIA_PLUGIN_CA_CERT"

_OPTIONS = (
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.so_reuseport", 0),
)

#: Of gRPC's core. What it prints would be in the log of jobs: when a stranger is turned away, or a job forks.
_QUIET = {"GRPC_VERBOSITY": "NONE", "GRPC_ENABLE_FORK_SUPPORT": "0"}


def serve(graph: Graph, environment: MutableMapping[str, str]) -> NoReturn:
    """Serves until the process is ended. Raises `GaiaError` when it cannot begin."""
    certificate, key, authority = (_read(name, environment) for name in (CERTIFICATE, KEY, AUTHORITY))
    # Else a program that a job starts would serve as well, with certificates that are not its own.
    for name in (CERTIFICATE, KEY, AUTHORITY):
        del environment[name]
    # The server ends with its last reference.
    _server, port = _start(graph, certificate, key, authority)
    print(f"1|2|tcp|127.0.0.1:{port}|grpc", flush=True)
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
    # Not sys.exit(): that would wait for the jobs' threads.
    os._exit(130)


def _start(graph: Graph, certificate: bytes, key: bytes, authority: bytes) -> tuple[Any, int]:
    """Starts the server, and returns it and its port."""
    added = {name: value for name, value in _QUIET.items() if name not in os.environ}
    os.environ.update(added)
    # Late, because it takes longer than all the rest: the local runner and tests do without.
    import grpc

    from .health_service import health_handler
    from .plugin_service import PluginService
    from .program_service import ProgramService
    from .threads import Threads

    threads = Threads()
    server = grpc.server(threads, options=_OPTIONS)
    server.add_generic_rpc_handlers(
        (ProgramService(graph, threads).handler(), PluginService(graph).handler(), health_handler())
    )
    credentials = grpc.ssl_server_credentials([(key, certificate)], authority, require_client_auth=True)
    try:
        port = server.add_secure_port("127.0.0.1:0", credentials)
    except RuntimeError:
        port = 0
    if port == 0:
        raise GaiaError(
            f"cannot listen on 127.0.0.1 with the PEM files of {CERTIFICATE}, {KEY} and {AUTHORITY}"
        )
    server.start()
    for name in added:
        del os.environ[name]
    return server, port


def _read(name: str, environment: MutableMapping[str, str]) -> bytes:
    path = environment.get(name, "")
    if path == "":
        raise GaiaError(f"{name} is not set, though {CERTIFICATE} is: Gaia sets all three")
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise GaiaError(f"{name}: cannot read {path}: {error.strerror}") from None
