package io.gaia.sdk;

/** What a job does. It has succeeded when it returns, and failed when it throws. */
@FunctionalInterface
public interface JobFunction {
    /**
     * Performs the job. Its thread is interrupted when the job is cancelled.
     *
     * @throws ExitPipelineException to end the pipeline without a failure
     * @throws Exception anything else: the job has failed, with the text of what was thrown
     */
    void run(Context context) throws Exception;
}
