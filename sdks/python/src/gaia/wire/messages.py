"""The messages of the protocol, field for field. The rest of this package knows them by these names."""

from __future__ import annotations

from .codec import Message, flag, nested, text, text_map, uint

# proto.Plugin, of all of Gaia's SDKs

EMPTY = Message()
ARGUMENT = Message(text(1, "description"), text(2, "type"), text(3, "key"), text(4, "value"))
JOB = Message(
    uint(1, "unique_id"),
    text(2, "title"),
    text(3, "description"),
    uint(4, "dependson", repeated=True),
    nested(5, "args", ARGUMENT, repeated=True),
)
JOB_RESULT = Message(uint(1, "unique_id"), flag(2, "failed"), flag(3, "exit_pipeline"), text(4, "message"))

# gaia.program.v1.Program

ARGUMENT_TYPES = ("text", "textarea", "boolean", "number", "choice", "vault")
ARGUMENT_DESCRIPTION = Message(
    text(1, "key"),
    text(2, "description"),
    uint(3, "type"),
    text(4, "default_value"),
    text(5, "choices", repeated=True),
    flag(6, "required"),
)
JOB_DESCRIPTION = Message(
    uint(1, "id"),
    text(2, "title"),
    text(3, "description"),
    uint(4, "depends_on", repeated=True),
    nested(5, "arguments", ARGUMENT_DESCRIPTION, repeated=True),
    flag(6, "on_demand"),
    uint(7, "attempts"),
    uint(8, "timeout_ms"),
)
DESCRIPTION = Message(
    text(1, "sdk"), uint(2, "max_parallel"), nested(3, "jobs", JOB_DESCRIPTION, repeated=True)
)

OUTPUTS = Message(text_map(1, "values"))
START = Message(
    uint(1, "job"),
    text(2, "title"),
    text_map(3, "arguments"),
    text_map(4, "outputs", OUTPUTS),
    text(5, "run"),
    text(6, "pipeline"),
    uint(7, "attempt"),
)
CANCEL = Message(text(1, "reason"), uint(2, "grace_ms"))
RUN = Message(text(1, "id"), text(2, "status"), text_map(3, "outputs"))
ANSWER = Message(uint(1, "request"), text(2, "error"), nested(3, "run", RUN))
HOST_MESSAGE = Message(nested(1, "start", START), nested(2, "cancel", CANCEL), nested(3, "answer", ANSWER))

LOG = Message(uint(1, "level"), text(2, "text"))
START_RUN = Message(text(1, "pipeline"), text_map(2, "arguments"))
AWAIT_RUN = Message(text(1, "run"))
REQUEST = Message(uint(1, "id"), nested(2, "start_run", START_RUN), nested(3, "await_run", AWAIT_RUN))
ADDED_JOB = Message(
    text(1, "title"), uint(2, "job"), text_map(3, "arguments"), text(4, "depends_on", repeated=True)
)
RESULT = Message(
    uint(1, "outcome"),
    text(2, "message"),
    text_map(3, "outputs"),
    nested(4, "jobs", ADDED_JOB, repeated=True),
)
JOB_MESSAGE = Message(nested(1, "log", LOG), nested(2, "request", REQUEST), nested(3, "result", RESULT))

# grpc.health.v1.Health

HEALTH_REQUEST = Message(text(1, "service"))
HEALTH_RESPONSE = Message(uint(1, "status"))
SERVING = 1
