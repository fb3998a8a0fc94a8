package io.gaia.sdk.internal.server;

import io.gaia.sdk.EndedRun;
import io.gaia.sdk.Job;
import io.gaia.sdk.LogLevel;
import io.gaia.sdk.Outcome;
import io.gaia.sdk.internal.perform.Attempt;
import io.gaia.sdk.internal.perform.Host;
import io.gaia.sdk.internal.perform.Result;
import io.gaia.sdk.internal.perform.Start;
import io.gaia.sdk.internal.program.Program;
import io.gaia.sdk.internal.protocol.PluginProtocol;
import io.gaia.sdk.internal.wire.Message;
import io.grpc.ServerCall;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Performs a job for a host that knows {@code proto.Plugin} alone. */
final class ExecuteCall extends OneRequest implements Host {
    private static final String NEEDS =
            "needs Gaia 0.1 or newer, which calls gaia.program.v1; this Gaia calls proto.Plugin";

    /** The reason that Gaia gives, too. */
    private static final String TIMED_OUT = "timed_out";

    private final Program program;
    private final Executor threads;
    private final Answers answers;
    private volatile Attempt attempt;

    ExecuteCall(Program program, Executor threads, ServerCall<Message, Message> call) {
        super(call);
        this.program = program;
        this.threads = threads;
        this.answers = new Answers(call);
    }

    @Override
    void answer(Message request) {
        Job job = program.job(request.number("unique_id"));
        if (job == null) {
            answers.close(Refusals.unknownJob(request.number("unique_id")));
            return;
        }
        Map<String, String> arguments = new LinkedHashMap<>();
        for (Message argument : request.messages("args")) {
            arguments.put(argument.text("key"), argument.text("value"));
        }
        Attempt next = new Attempt(job, new Start(job.title(), arguments, Map.of(), "", "", 1), this);
        attempt = next;
        limit(job, next);
        try {
            threads.execute(() -> answer(job, inTime(job, next.perform())));
        } catch (OutOfMemoryError noThread) {
            answers.close(Refusals.noThreads(noThread));
        }
    }

    /** Ends the job at its timeout, since nobody else does: the original Gaia knows no timeouts. */
    private void limit(Job job, Attempt attempt) {
        if (job.timeout().isZero()) {
            return;
        }
        after(job.timeout(), () -> {
            attempt.cancel(TIMED_OUT);
            after(Attempt.GRACE, () -> answer(job, timedOut(job, ", and did not end")));
        });
    }

    private static void after(Duration time, Runnable then) {
        CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)
                .execute(then);
    }

    private static Result inTime(Job job, Result result) {
        boolean timedOut = result.outcome == Outcome.CANCELLED && result.message.equals(TIMED_OUT);
        return timedOut ? timedOut(job, "") : result;
    }

    private static Result timedOut(Job job, String more) {
        return Result.ended(Outcome.FAILED, "timed out after " + job.timeout().toMillis() + " ms" + more);
    }

    private void answer(Job job, Result result) {
        Message message = new Message(PluginProtocol.JOB_RESULT);
        switch (result.outcome) {
            case SUCCEEDED:
                break;
            case SKIPPED:
                log(LogLevel.INFO, job.title() + " is skipped: " + result.message);
                break;
            case EXIT_PIPELINE:
                ended(message, job, result);
                break;
            default:
                ended(message, job, result).set("failed", true);
        }
        answers.end(message);
    }

    private static Message ended(Message message, Job job, Result result) {
        return message.set("unique_id", Program.idOf(job)).set("exit_pipeline", true).set("message", result.message);
    }

    @Override
    public void onCancel() {
        answers.broken();
        if (attempt != null) {
            attempt.cancel("the host broke the call off");
        }
    }

    @Override
    public void log(LogLevel level, String text) {
        ErrorStream.log(level, text);
    }

    @Override
    public void checkCanAdd(Job job) {
        throw new UnsupportedOperationException("adding jobs at run time " + NEEDS);
    }

    @Override
    public String startRun(String pipeline, Map<String, String> arguments) {
        throw new UnsupportedOperationException("starting another pipeline " + NEEDS);
    }

    @Override
    public EndedRun awaitRun(String run) {
        throw new UnsupportedOperationException("awaiting another pipeline " + NEEDS);
    }
}
