package io.gaia.sdk.internal.perform;

import io.gaia.sdk.ExitPipelineException;
import io.gaia.sdk.Job;
import io.gaia.sdk.LogLevel;
import io.gaia.sdk.Outcome;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;

/** One try of one job. */
public final class Attempt {
    /** How long one that was asked to end may go on. Then it is left behind: a thread cannot be ended. */
    public static final Duration GRACE = Duration.ofSeconds(5);

    private final Job job;
    private final Host host;
    private final AttemptContext context;
    private final Cancellation cancellation = new Cancellation();

    public Attempt(Job job, Start start, Host host) {
        this.job = job;
        this.host = host;
        this.context = new AttemptContext(job, start, host, cancellation);
    }

    /** Performs the job on this thread. Never throws, whatever the job does. */
    public Result perform() {
        if (!cancellation.enter()) {
            return Result.ended(Outcome.CANCELLED, cancellation.reason());
        }
        try {
            return call();
        } catch (Throwable thrown) {
            return thrown(thrown);
        } finally {
            context.close();
            cancellation.leave();
        }
    }

    /** Asks the job to end soon, by interrupting its thread. */
    public void cancel(String reason) {
        cancellation.cancel(reason);
    }

    private Result call() throws Exception {
        List<String> missing = context.arguments().missing();
        if (!missing.isEmpty()) {
            return Result.ended(Outcome.FAILED, "argument \"" + missing.get(0) + "\" is required, and not given");
        }
        if (job.condition().isPresent() && !job.condition().get().holds(context)) {
            return Result.ended(Outcome.SKIPPED, job.skipReason());
        }
        job.function().run(context);
        return context.success();
    }

    private Result thrown(Throwable thrown) {
        if (thrown instanceof ExitPipelineException) {
            return Result.ended(Outcome.EXIT_PIPELINE, ThrownText.message(thrown));
        }
        if (cancellation.isCancelled() && isInterruption(thrown)) {
            return Result.ended(Outcome.CANCELLED, cancellation.reason());
        }
        host.log(LogLevel.ERROR, ThrownText.stackTrace(thrown));
        return Result.ended(Outcome.FAILED, ThrownText.message(thrown));
    }

    /** Libraries wrap an interruption in exceptions of their own. */
    private static boolean isInterruption(Throwable thrown) {
        Throwable next = thrown;
        for (int depth = 0; next != null && depth < 20; depth++, next = next.getCause()) {
            if (next instanceof InterruptedException
                    || next instanceof CancellationException
                    || next instanceof InterruptedIOException
                    || next instanceof ClosedByInterruptException) {
                return true;
            }
        }
        return false;
    }
}
