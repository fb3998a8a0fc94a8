package io.gaia.sdk.internal.protocol;

import io.gaia.sdk.internal.wire.MessageType;

/** {@code proto/program/program.proto}: what Gaia calls besides, where the old protocol has no place for it. */
public final class ProgramProtocol {
    public static final String SERVICE = "gaia.program.v1.Program";

    public static final MessageType DESCRIBE_REQUEST = MessageType.named("DescribeRequest");

    public static final MessageType ARGUMENT_DESCRIPTION = MessageType.named("ArgumentDescription")
            .string(1, "key")
            .string(2, "description")
            .enumeration(3, "type")
            .string(4, "default_value")
            .strings(5, "choices")
            .bool(6, "required");

    public static final MessageType JOB_DESCRIPTION = MessageType.named("JobDescription")
            .uint32(1, "id")
            .string(2, "title")
            .string(3, "description")
            .uint32s(4, "depends_on")
            .messages(5, "arguments", ARGUMENT_DESCRIPTION)
            .bool(6, "on_demand")
            .uint32(7, "attempts")
            .uint64(8, "timeout_ms");

    public static final MessageType DESCRIPTION = MessageType.named("Description")
            .string(1, "sdk")
            .uint32(2, "max_parallel")
            .messages(3, "jobs", JOB_DESCRIPTION);

    public static final MessageType OUTPUTS = MessageType.named("Outputs").stringMap(1, "values");

    public static final MessageType START = MessageType.named("Start")
            .uint32(1, "job")
            .string(2, "title")
            .stringMap(3, "arguments")
            .messageMap(4, "outputs", OUTPUTS)
            .string(5, "run")
            .string(6, "pipeline")
            .uint32(7, "attempt");

    public static final MessageType CANCEL = MessageType.named("Cancel").string(1, "reason").uint64(2, "grace_ms");

    public static final MessageType RUN = MessageType.named("Run")
            .string(1, "id")
            .string(2, "status")
            .stringMap(3, "outputs");

    public static final MessageType ANSWER = MessageType.named("Answer")
            .uint64(1, "request")
            .string(2, "error")
            .message(3, "run", RUN);

    public static final MessageType HOST_MESSAGE = MessageType.named("HostMessage")
            .message(1, "start", START)
            .message(2, "cancel", CANCEL)
            .message(3, "answer", ANSWER);

    public static final MessageType LOG = MessageType.named("Log").enumeration(1, "level").string(2, "text");

    public static final MessageType START_RUN = MessageType.named("StartRun")
            .string(1, "pipeline")
            .stringMap(2, "arguments");

    public static final MessageType AWAIT_RUN = MessageType.named("AwaitRun").string(1, "run");

    public static final MessageType REQUEST = MessageType.named("Request")
            .uint64(1, "id")
            .message(2, "start_run", START_RUN)
            .message(3, "await_run", AWAIT_RUN);

    public static final MessageType ADDED_JOB = MessageType.named("AddedJob")
            .string(1, "title")
            .uint32(2, "job")
            .stringMap(3, "arguments")
            .strings(4, "depends_on");

    public static final MessageType RESULT = MessageType.named("Result")
            .enumeration(1, "outcome")
            .string(2, "message")
            .stringMap(3, "outputs")
            .messages(4, "jobs", ADDED_JOB);

    public static final MessageType JOB_MESSAGE = MessageType.named("JobMessage")
            .message(1, "log", LOG)
            .message(2, "request", REQUEST)
            .message(3, "result", RESULT);

    private ProgramProtocol() {}
}
