package io.gaia.sdk.internal.protocol;

import io.gaia.sdk.internal.wire.MessageType;

/** The health check of gRPC: https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
public final class HealthProtocol {
    public static final String SERVICE = "grpc.health.v1.Health";

    public static final MessageType CHECK_REQUEST = MessageType.named("HealthCheckRequest").string(1, "service");

    public static final MessageType CHECK_RESPONSE = MessageType.named("HealthCheckResponse").enumeration(1, "status");

    /** Of {@code status}. */
    public static final long SERVING = 1;

    private HealthProtocol() {}
}
