package io.gaia.sdk;

/** A run of another pipeline that a job has started. */
public interface StartedRun {
    String id();

    /**
     * Waits until it has ended, in whatever way.
     *
     * @throws PipelineCallException when Gaia cannot say
     */
    EndedRun await() throws InterruptedException;
}
