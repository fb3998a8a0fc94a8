package io.gaia.sdk.internal.server;

import io.gaia.sdk.internal.protocol.HealthProtocol;
import io.gaia.sdk.internal.wire.Message;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;

/** Says that the program is well: as a whole, and by the name that hosts on go-plugin ask for. */
final class HealthService {
    private HealthService() {}

    static ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(HealthProtocol.SERVICE)
                .addMethod(
                        MessageMarshaller.method(
                                HealthProtocol.SERVICE + "/Check",
                                MethodType.UNARY,
                                HealthProtocol.CHECK_REQUEST,
                                HealthProtocol.CHECK_RESPONSE),
                        (call, headers) -> new OneRequest(call) {
                            @Override
                            void answer(Message request) {
                                check(request.text("service"), new Answers(call));
                            }
                        })
                .build();
    }

    private static void check(String service, Answers answers) {
        if (service.isEmpty() || service.equals("plugin")) {
            answers.send(new Message(HealthProtocol.CHECK_RESPONSE).set("status", HealthProtocol.SERVING));
            answers.close(Status.OK);
        } else {
            answers.close(Status.NOT_FOUND.withDescription("There is no service \"" + service + "\"."));
        }
    }
}
