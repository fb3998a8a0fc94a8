package io.gaia.sdk.javasdk;

/** Thrown by a job to end the pipeline here, without a failure. */
public class ExitPipelineException extends Exception {
    private static final long serialVersionUID = 1;

    public ExitPipelineException(String message) {
        super(message);
    }
}
