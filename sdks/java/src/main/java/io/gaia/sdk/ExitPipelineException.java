package io.gaia.sdk;

/** Thrown by a job to end the pipeline here, without a failure. */
public class ExitPipelineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param message why, for people */
    public ExitPipelineException(String message) {
        super(message);
    }
}
