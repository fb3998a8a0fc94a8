package io.gaia.sdk.internal.server;

import io.gaia.sdk.internal.wire.Message;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/** A call in which the host sends one message. */
abstract class OneRequest extends ServerCall.Listener<Message> {
    private final ServerCall<Message, Message> call;
    private Message request;

    OneRequest(ServerCall<Message, Message> call) {
        this.call = call;
        // The second tells a host that sends more from one that has ended.
        call.request(2);
    }

    /** Answers the call, now or later. */
    abstract void answer(Message message);

    @Override
    public void onMessage(Message message) {
        request = message;
    }

    @Override
    public void onHalfClose() {
        if (request == null) {
            call.close(Status.INVALID_ARGUMENT.withDescription("The call has no request."), new Metadata());
        } else {
            answer(request);
        }
    }
}
