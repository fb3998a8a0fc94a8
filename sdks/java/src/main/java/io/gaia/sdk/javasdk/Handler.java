package io.gaia.sdk.javasdk;

import java.util.ArrayList;

/** What a job does. */
@FunctionalInterface
public interface Handler {
    /**
     * Performs the job.
     *
     * @throws ExitPipelineException to end the pipeline without a failure
     * @throws Exception anything else: the job has failed
     */
    void executeHandler(ArrayList<PipelineArgument> args) throws Exception;
}
