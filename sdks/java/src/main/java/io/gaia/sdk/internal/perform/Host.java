package io.gaia.sdk.internal.perform;

import io.gaia.sdk.EndedRun;
import io.gaia.sdk.Job;
import io.gaia.sdk.LogLevel;
import io.gaia.sdk.PipelineCallException;
import java.util.Map;

/** Who has a job performed, as the job sees it: Gaia, the local runner, or a test. */
public interface Host {
    void log(LogLevel level, String text);

    /**
     * Whether a job may be performed by others that are added.
     *
     * @throws UnsupportedOperationException when this host's graphs do not grow
     * @throws IllegalArgumentException when it is no job of this pipeline
     */
    void checkCanAdd(Job job);

    /**
     * Starts another pipeline and answers the run's id.
     *
     * @throws PipelineCallException when it is refused
     * @throws UnsupportedOperationException when this host cannot
     */
    String startRun(String pipeline, Map<String, String> arguments) throws InterruptedException;

    /** Waits for the end of a run. */
    EndedRun awaitRun(String run) throws InterruptedException;
}
