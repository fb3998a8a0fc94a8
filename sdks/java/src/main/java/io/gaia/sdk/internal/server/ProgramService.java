package io.gaia.sdk.internal.server;

import io.gaia.sdk.Argument;
import io.gaia.sdk.Job;
import io.gaia.sdk.internal.program.Program;
import io.gaia.sdk.internal.protocol.ProgramProtocol;
import io.gaia.sdk.internal.wire.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.concurrent.Executor;

/** {@code gaia.program.v1.Program}: all that {@code proto.Plugin} has no place for. */
final class ProgramService {
    /** The version is that of {@code pom.xml}; a test compares them. */
    static final String SDK = "gaia-java/0.1.0";

    private final Program program;
    private final Executor threads;

    ProgramService(Program program, Executor threads) {
        this.program = program;
        this.threads = threads;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(ProgramProtocol.SERVICE)
                .addMethod(
                        MessageMarshaller.method(
                                ProgramProtocol.SERVICE + "/Describe",
                                MethodType.UNARY,
                                ProgramProtocol.DESCRIBE_REQUEST,
                                ProgramProtocol.DESCRIPTION),
                        this::describe)
                .addMethod(
                        MessageMarshaller.method(
                                ProgramProtocol.SERVICE + "/Perform",
                                MethodType.BIDI_STREAMING,
                                ProgramProtocol.HOST_MESSAGE,
                                ProgramProtocol.JOB_MESSAGE),
                        (call, headers) -> new PerformCall(program, threads, call))
                .build();
    }

    private ServerCall.Listener<Message> describe(ServerCall<Message, Message> call, Metadata headers) {
        return new OneRequest(call) {
            @Override
            void answer(Message request) {
                Message description = new Message(ProgramProtocol.DESCRIPTION).set("sdk", SDK);
                for (Job job : program.jobs()) {
                    description.add("jobs", describe(job));
                }
                Answers answers = new Answers(call);
                answers.send(description);
                answers.close(Status.OK);
            }
        };
    }

    private Message describe(Job job) {
        Message message = new Message(ProgramProtocol.JOB_DESCRIPTION)
                .set("id", Program.idOf(job))
                .set("title", job.title())
                .set("description", job.description())
                .set("on_demand", job.isOnDemand())
                .set("attempts", job.attempts())
                .set("timeout_ms", job.timeout().toMillis());
        for (Job dependency : program.dependencies(job)) {
            message.add("depends_on", Program.idOf(dependency));
        }
        for (Argument argument : job.arguments()) {
            message.add("arguments", describe(argument));
        }
        return message;
    }

    private static Message describe(Argument argument) {
        Message message = new Message(ProgramProtocol.ARGUMENT_DESCRIPTION)
                .set("key", argument.key())
                .set("description", argument.description())
                .set("type", argument.type().ordinal())
                .set("default_value", argument.defaultValue())
                .set("required", argument.isRequired());
        for (String choice : argument.choices()) {
            message.add("choices", choice);
        }
        return message;
    }
}
