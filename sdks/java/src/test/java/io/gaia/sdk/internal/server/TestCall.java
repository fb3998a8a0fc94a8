package io.gaia.sdk.internal.server;

import io.gaia.sdk.internal.wire.Message;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One call, message by message. */
final class TestCall extends ClientCall.Listener<Message> {
    private static final long PATIENCE_SECONDS = 60;

    private final ClientCall<Message, Message> call;
    /** Messages, and at last the status. */
    private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
    private boolean halfClosed;

    TestCall(ClientCall<Message, Message> call) {
        this(call, Integer.MAX_VALUE);
    }

    /** @param room how many messages may come before more are asked for */
    TestCall(ClientCall<Message, Message> call, int room) {
        this.call = call;
        call.start(this, new Metadata());
        call.request(room);
    }

    TestCall send(Message message) {
        call.sendMessage(message);
        return this;
    }

    /** Ends this side of the call, once. */
    TestCall halfClose() {
        if (!halfClosed) {
            halfClosed = true;
            call.halfClose();
        }
        return this;
    }

    void request(int messages) {
        call.request(messages);
    }

    void cancel() {
        call.cancel("the test wants it", null);
    }

    /** The next message. Throws the status when the call has ended with an error; fails at its good end. */
    Message next() throws InterruptedException {
        Object next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next instanceof Message) {
            return (Message) next;
        }
        throw ended(next);
    }

    /** All messages until the end, which has to be a good one. */
    List<Message> rest() throws InterruptedException {
        halfClose();
        List<Message> messages = new ArrayList<>();
        while (true) {
            Object next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next instanceof Message) {
                messages.add((Message) next);
            } else if (next instanceof Status && ((Status) next).isOk()) {
                return messages;
            } else {
                throw ended(next);
            }
        }
    }

    private static RuntimeException ended(Object status) {
        return status == null
                ? new IllegalStateException("nothing was received")
                : ((Status) status).asRuntimeException();
    }

    @Override
    public void onMessage(Message message) {
        received.add(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        received.add(status);
    }
}
