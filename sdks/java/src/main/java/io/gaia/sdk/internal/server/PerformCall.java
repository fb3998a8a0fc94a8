package io.gaia.sdk.internal.server;

import io.gaia.sdk.AddedJob;
import io.gaia.sdk.EndedRun;
import io.gaia.sdk.Job;
import io.gaia.sdk.LogLevel;
import io.gaia.sdk.internal.perform.Attempt;
import io.gaia.sdk.internal.perform.Host;
import io.gaia.sdk.internal.perform.Json;
import io.gaia.sdk.internal.perform.Result;
import io.gaia.sdk.internal.perform.Start;
import io.gaia.sdk.internal.program.Program;
import io.gaia.sdk.internal.protocol.ProgramProtocol;
import io.gaia.sdk.internal.wire.Message;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/** Performs one job for a host that knows {@code gaia.program.v1}. */
final class PerformCall extends ServerCall.Listener<Message> implements Host {
    private final Program program;
    private final Executor threads;
    private final ServerCall<Message, Message> call;
    private final Answers answers;
    private final Requests requests;
    /** Set by the host's first message; messages come one after the other. */
    private Attempt attempt;

    PerformCall(Program program, Executor threads, ServerCall<Message, Message> call) {
        this.program = program;
        this.threads = threads;
        this.call = call;
        this.answers = new Answers(call);
        this.requests = new Requests(answers);
        call.request(1);
    }

    @Override
    public void onMessage(Message message) {
        if (message.has("start")) {
            start(message.message("start"));
        } else if (attempt == null) {
            refuse("The first message of Perform has to be a start.");
        } else if (message.has("cancel")) {
            attempt.cancel(message.message("cancel").text("reason"));
        } else if (message.has("answer")) {
            requests.answered(message.message("answer"));
        }
        call.request(1);
    }

    private void start(Message start) {
        if (attempt != null) {
            refuse("One call of Perform has one start.");
            attempt.cancel("the host started it twice");
            return;
        }
        Job job = program.job(start.number("job"));
        if (job == null) {
            answers.close(Refusals.unknownJob(start.number("job")));
            return;
        }
        Map<String, Map<String, String>> outputs = new LinkedHashMap<>();
        start.messageMap("outputs").forEach((title, values) -> outputs.put(title, values.textMap("values")));
        try {
            outputs.values().forEach(values -> values.values().forEach(Json::read));
        } catch (IllegalArgumentException unfit) {
            refuse("Outputs of a dependency are no JSON: " + unfit.getMessage());
            return;
        }
        Attempt next = new Attempt(
                job,
                new Start(
                        start.text("title"),
                        start.textMap("arguments"),
                        outputs,
                        start.text("run"),
                        start.text("pipeline"),
                        (int) start.number("attempt")),
                this);
        attempt = next;
        try {
            threads.execute(() -> tell(next.perform()));
        } catch (OutOfMemoryError noThread) {
            answers.close(Refusals.noThreads(noThread));
        }
    }

    private void refuse(String why) {
        answers.close(Status.INVALID_ARGUMENT.withDescription(why));
    }

    private void tell(Result result) {
        Message message = new Message(ProgramProtocol.RESULT)
                .set("outcome", result.outcome.ordinal())
                .set("message", result.message)
                .set("outputs", result.outputs);
        for (AddedJob job : result.jobs) {
            message.add("jobs", describe(job));
        }
        answers.end(new Message(ProgramProtocol.JOB_MESSAGE).set("result", message));
    }

    private static Message describe(AddedJob job) {
        Message message = new Message(ProgramProtocol.ADDED_JOB)
                .set("title", job.title())
                .set("job", Program.idOf(job.job()))
                .set("arguments", job.arguments());
        for (String dependency : job.dependencies()) {
            message.add("depends_on", dependency);
        }
        return message;
    }

    @Override
    public void onReady() {
        answers.ready();
    }

    @Override
    public void onHalfClose() {
        if (attempt == null) {
            refuse("Perform was ended before its start.");
        }
        requests.noMoreAnswers();
    }

    @Override
    public void onCancel() {
        answers.broken();
        requests.noMoreAnswers();
        if (attempt != null) {
            attempt.cancel("the host broke the call off");
        }
    }

    @Override
    public void log(LogLevel level, String text) {
        Message log = new Message(ProgramProtocol.LOG).set("level", level.ordinal()).set("text", text);
        answers.sendWithRoom(new Message(ProgramProtocol.JOB_MESSAGE).set("log", log));
    }

    @Override
    public void checkCanAdd(Job job) {
        program.checkIsOwn(job);
    }

    @Override
    public String startRun(String pipeline, Map<String, String> arguments) throws InterruptedException {
        Message wanted = new Message(ProgramProtocol.START_RUN).set("pipeline", pipeline).set("arguments", arguments);
        return requests.ask("start_run", wanted).text("id");
    }

    @Override
    public EndedRun awaitRun(String run) throws InterruptedException {
        Message wanted = new Message(ProgramProtocol.AWAIT_RUN).set("run", run);
        return EndedRuns.of(requests.ask("await_run", wanted));
    }
}
