package io.gaia.sdk.internal.server;

import io.gaia.sdk.Argument;
import io.gaia.sdk.Job;
import io.gaia.sdk.internal.program.Program;
import io.gaia.sdk.internal.protocol.PluginProtocol;
import io.gaia.sdk.internal.wire.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.concurrent.Executor;

/** {@code proto.Plugin}, as hosts call it that were made for the published SDKs. */
final class PluginService {
    private final Program program;
    private final Executor threads;

    PluginService(Program program, Executor threads) {
        this.program = program;
        this.threads = threads;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(PluginProtocol.SERVICE)
                .addMethod(
                        MessageMarshaller.method(
                                PluginProtocol.SERVICE + "/GetJobs",
                                MethodType.SERVER_STREAMING,
                                PluginProtocol.EMPTY,
                                PluginProtocol.JOB),
                        this::getJobs)
                .addMethod(
                        MessageMarshaller.method(
                                PluginProtocol.SERVICE + "/ExecuteJob",
                                MethodType.UNARY,
                                PluginProtocol.JOB,
                                PluginProtocol.JOB_RESULT),
                        (call, headers) -> new ExecuteCall(program, threads, call))
                .build();
    }

    private ServerCall.Listener<Message> getJobs(ServerCall<Message, Message> call, Metadata headers) {
        return new OneRequest(call) {
            @Override
            void answer(Message request) {
                Answers answers = new Answers(call);
                for (Job job : program.graph()) {
                    answers.send(describe(job));
                }
                answers.close(Status.OK);
            }
        };
    }

    private Message describe(Job job) {
        Message message = new Message(PluginProtocol.JOB)
                .set("unique_id", Program.idOf(job))
                .set("title", job.title())
                .set("description", job.description());
        for (Job dependency : program.dependencies(job)) {
            message.add("dependson", Program.idOf(dependency));
        }
        for (Argument argument : job.arguments()) {
            message.add(
                    "args",
                    new Message(PluginProtocol.ARGUMENT)
                            .set("description", argument.description())
                            .set("type", argument.type().published())
                            .set("key", argument.key())
                            .set("value", argument.defaultValue()));
        }
        return message;
    }
}
