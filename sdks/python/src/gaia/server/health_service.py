"""grpc.health.v1.Health, which go-plugin's hosts may ask."""

from __future__ import annotations

import grpc

from ..wire import messages
from .stream import Message


def health_handler() -> grpc.GenericRpcHandler:
    return grpc.method_handlers_generic_handler(
        "grpc.health.v1.Health",
        {
            "Check": grpc.unary_unary_rpc_method_handler(
                _check, messages.HEALTH_REQUEST.decode, messages.HEALTH_RESPONSE.encode
            )
        },
    )


def _check(request: Message, call: grpc.ServicerContext) -> Message:
    if request["service"] not in ("", "plugin"):
        call.abort(grpc.StatusCode.NOT_FOUND, f"there is no service {request['service']}")
    return {"status": messages.SERVING}
