package io.gaia.sdk.internal.server;

import io.gaia.sdk.internal.wire.Message;
import io.gaia.sdk.internal.wire.MessageType;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Between messages and the bytes that gRPC carries. */
public final class MessageMarshaller implements MethodDescriptor.Marshaller<Message> {
    private final MessageType type;

    private MessageMarshaller(MessageType type) {
        this.type = type;
    }

    /** A method of a service by its name, such as {@code proto.Plugin/GetJobs}. */
    public static MethodDescriptor<Message, Message> method(
            String name, MethodType kind, MessageType request, MessageType response) {
        return MethodDescriptor.<Message, Message>newBuilder(
                        new MessageMarshaller(request), new MessageMarshaller(response))
                .setType(kind)
                .setFullMethodName(name)
                .build();
    }

    @Override
    public InputStream stream(Message message) {
        return new ByteArrayInputStream(message.toBytes());
    }

    @Override
    public Message parse(InputStream stream) {
        try {
            return Message.parse(type, stream.readAllBytes());
        } catch (IOException malformed) {
            throw new UncheckedIOException("These bytes are no " + type.name(), malformed);
        }
    }
}
