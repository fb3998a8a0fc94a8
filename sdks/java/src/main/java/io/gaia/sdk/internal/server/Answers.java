package io.gaia.sdk.internal.server;

import io.gaia.sdk.internal.wire.Message;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/** What is sent back in a call. May be used by any thread; nothing is sent after the end. */
final class Answers {
    private final ServerCall<Message, Message> call;
    private boolean begun;
    private boolean ended;

    Answers(ServerCall<Message, Message> call) {
        this.call = call;
    }

    /** Sends a message at once. */
    synchronized void send(Message message) {
        if (ended) {
            return;
        }
        if (!begun) {
            begun = true;
            call.sendHeaders(new Metadata());
        }
        call.sendMessage(message);
    }

    /**
     * Sends a message when the host has room for it, so that a job that writes faster than the host reads waits instead
     * of filling the memory. An interruption does not end the wait, but is kept.
     */
    synchronized void sendWithRoom(Message message) {
        boolean interrupted = false;
        while (begun && !ended && !call.isReady()) {
            try {
                wait();
            } catch (InterruptedException kept) {
                interrupted = true;
            }
        }
        send(message);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The host has room again. */
    synchronized void ready() {
        notifyAll();
    }

    synchronized void close(Status status) {
        if (!ended) {
            ended = true;
            call.close(status, new Metadata());
            notifyAll();
        }
    }

    /** Sends a last message and closes the call; the first end is the one that counts. */
    synchronized void end(Message last) {
        send(last);
        close(Status.OK);
    }

    /** The host has broken the call off. */
    synchronized void broken() {
        ended = true;
        notifyAll();
    }
}
