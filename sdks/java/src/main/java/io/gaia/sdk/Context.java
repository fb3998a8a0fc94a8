package io.gaia.sdk;

import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * What a job is given: its arguments, what jobs before it have put out, and ways to speak to Gaia.
 *
 * <p>When the job is cancelled its thread is interrupted, so that {@link Thread#sleep}, locks, queues and most of I/O
 * end with an exception; let it through, and the job ends as cancelled. Its other threads can ask {@link #isCancelled}.
 */
public interface Context {
    Arguments arguments();

    /** The id of the run. */
    String run();

    /** The name of the pipeline. */
    String pipeline();

    /** The title of what is performed: of the job, or of the one that was added at run time. */
    String title();

    /** From 1. */
    int attempt();

    Log log();

    /**
     * Puts a value out, for jobs that depend on this one and for people. It is turned into JSON at once; a key that was
     * set before is overwritten. Counts when the job succeeds.
     *
     * @param value null, a text, number, boolean, collection, map or array, or an object whose fields are such
     * @throws IllegalArgumentException when it has no form in JSON
     */
    void setOutput(String key, Object value);

    /**
     * An output of a job that this one depends on: null, String, Boolean, Long, Double, List or Map; null as well when
     * there is none.
     */
    Object output(String job, String key);

    /** An output of a job that this one depends on; null when there is none. */
    default Object output(Titled job, String key) {
        return output(job.title(), key);
    }

    /**
     * An output as an object of a class, by the names of its fields; null when there is none.
     *
     * @throws IllegalArgumentException when it is something else
     */
    <T> T output(String job, String key, Class<T> type);

    /** All outputs of the jobs that this one depends on, by title and key. */
    Map<String, Map<String, Object>> outputs();

    /** Whether the job should end soon. */
    boolean isCancelled();

    /** Why it should: {@code run_stopped}, {@code timed_out}, …; empty when it is not cancelled. */
    String cancelReason();

    /**
     * Ends a job that is cancelled; to be called now and then by one that computes for long.
     *
     * @throws CancellationException when it is
     */
    default void throwIfCancelled() {
        if (isCancelled()) {
            throw new CancellationException(cancelReason());
        }
    }

    /**
     * Adds a job to the run. It becomes part of it when this job has succeeded.
     *
     * @param job whose function is performed: one of the pipeline, ordinary or on demand
     * @param title unique within the run
     * @throws UnsupportedOperationException on the original Gaia, whose graphs do not grow
     */
    AddedJob add(Job job, String title);

    /**
     * Starts another pipeline.
     *
     * @param arguments by key; values are sent as text
     * @throws PipelineCallException when Gaia refuses
     * @throws UnsupportedOperationException on the original Gaia, which cannot
     */
    StartedRun start(String pipeline, Map<String, ?> arguments) throws InterruptedException;
}
