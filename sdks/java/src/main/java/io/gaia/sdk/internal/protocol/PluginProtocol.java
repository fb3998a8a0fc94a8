package io.gaia.sdk.internal.protocol;

import io.gaia.sdk.internal.wire.MessageType;

/** {@code proto/plugin/plugin.proto}: what every Gaia calls. */
public final class PluginProtocol {
    public static final String SERVICE = "proto.Plugin";

    public static final MessageType EMPTY = MessageType.named("Empty");

    public static final MessageType ARGUMENT = MessageType.named("Argument")
            .string(1, "description")
            .string(2, "type")
            .string(3, "key")
            .string(4, "value");

    public static final MessageType MANUAL_INTERACTION = MessageType.named("ManualInteraction")
            .string(1, "description")
            .string(2, "type")
            .string(3, "value");

    public static final MessageType JOB = MessageType.named("Job")
            .uint32(1, "unique_id")
            .string(2, "title")
            .string(3, "description")
            .uint32s(4, "dependson")
            .messages(5, "args", ARGUMENT)
            .message(6, "interaction", MANUAL_INTERACTION);

    public static final MessageType JOB_RESULT = MessageType.named("JobResult")
            .uint32(1, "unique_id")
            .bool(2, "failed")
            .bool(3, "exit_pipeline")
            .string(4, "message");

    private PluginProtocol() {}
}
