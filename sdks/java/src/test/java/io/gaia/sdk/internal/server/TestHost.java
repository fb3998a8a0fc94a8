package io.gaia.sdk.internal.server;

import io.gaia.sdk.internal.protocol.HealthProtocol;
import io.gaia.sdk.internal.protocol.PluginProtocol;
import io.gaia.sdk.internal.protocol.ProgramProtocol;
import io.gaia.sdk.internal.wire.Message;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** A client of a program, over mutual TLS: Gaia's side of both protocols. */
final class TestHost implements AutoCloseable {
    private static final MethodDescriptor<Message, Message> GET_JOBS = MessageMarshaller.method(
            "proto.Plugin/GetJobs", MethodType.SERVER_STREAMING, PluginProtocol.EMPTY, PluginProtocol.JOB);
    private static final MethodDescriptor<Message, Message> EXECUTE_JOB = MessageMarshaller.method(
            "proto.Plugin/ExecuteJob", MethodType.UNARY, PluginProtocol.JOB, PluginProtocol.JOB_RESULT);
    private static final MethodDescriptor<Message, Message> DESCRIBE = MessageMarshaller.method(
            "gaia.program.v1.Program/Describe",
            MethodType.UNARY,
            ProgramProtocol.DESCRIBE_REQUEST,
            ProgramProtocol.DESCRIPTION);
    private static final MethodDescriptor<Message, Message> PERFORM = MessageMarshaller.method(
            "gaia.program.v1.Program/Perform",
            MethodType.BIDI_STREAMING,
            ProgramProtocol.HOST_MESSAGE,
            ProgramProtocol.JOB_MESSAGE);
    private static final MethodDescriptor<Message, Message> CHECK = MessageMarshaller.method(
            "grpc.health.v1.Health/Check",
            MethodType.UNARY,
            HealthProtocol.CHECK_REQUEST,
            HealthProtocol.CHECK_RESPONSE);

    private final ManagedChannel channel;

    /**
     * @param handshake the line of the program
     * @param trusted who has signed the program's certificate
     * @param own what this host shows; null: no certificate
     */
    TestHost(String handshake, TestAuthority trusted, TestAuthority.Pair own, String... protocols) throws IOException {
        SslContextBuilder tls = GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
                .trustManager(trusted.certificate);
        if (own != null) {
            tls.keyManager(own.keys.getPrivate(), own.certificate);
        }
        if (protocols.length > 0) {
            tls.protocols(protocols);
        }
        channel = NettyChannelBuilder.forTarget("dns:///" + handshake.split("\\|")[3])
                .overrideAuthority("unused")
                .sslContext(tls.build())
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
    }

    List<Message> jobs() throws InterruptedException {
        return new TestCall(channel.newCall(GET_JOBS, CallOptions.DEFAULT))
                .send(new Message(PluginProtocol.EMPTY))
                .rest();
    }

    /** Throws a {@link StatusRuntimeException} when the call is refused. */
    Message execute(Message job) throws InterruptedException {
        return beginExecute(job).rest().get(0);
    }

    /** Calls for a job with whatever bytes. */
    void executeBytes(byte[] request) throws InterruptedException {
        MethodDescriptor.Marshaller<Message> bytes = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(Message unused) {
                return new ByteArrayInputStream(request);
            }

            @Override
            public Message parse(InputStream stream) {
                throw new UnsupportedOperationException("only requests are written");
            }
        };
        MethodDescriptor<Message, Message> method =
                EXECUTE_JOB.toBuilder(bytes, EXECUTE_JOB.getResponseMarshaller()).build();
        new TestCall(channel.newCall(method, CallOptions.DEFAULT))
                .send(new Message(PluginProtocol.JOB))
                .rest();
    }

    TestCall beginExecute(Message job) {
        return new TestCall(channel.newCall(EXECUTE_JOB, CallOptions.DEFAULT)).send(job).halfClose();
    }

    Message describe() throws InterruptedException {
        return new TestCall(channel.newCall(DESCRIBE, CallOptions.DEFAULT))
                .send(new Message(ProgramProtocol.DESCRIBE_REQUEST))
                .rest()
                .get(0);
    }

    /** Begins to perform a job; the host's side stays open. */
    TestCall perform(Message start) {
        return performNothing().send(new Message(ProgramProtocol.HOST_MESSAGE).set("start", start));
    }

    /** As {@link #perform}, for a host that takes one message before it asks for more. */
    TestCall performSlowly(Message start) {
        return new TestCall(channel.newCall(PERFORM, CallOptions.DEFAULT), 1)
                .send(new Message(ProgramProtocol.HOST_MESSAGE).set("start", start));
    }

    TestCall performNothing() {
        return new TestCall(channel.newCall(PERFORM, CallOptions.DEFAULT));
    }

    Message check(String service) throws InterruptedException {
        return new TestCall(channel.newCall(CHECK, CallOptions.DEFAULT))
                .send(new Message(HealthProtocol.CHECK_REQUEST).set("service", service))
                .rest()
                .get(0);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
