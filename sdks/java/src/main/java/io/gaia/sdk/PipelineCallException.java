package io.gaia.sdk;

/** Another pipeline could not be started, or its end not be told. */
public final class PipelineCallException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param message why, for people */
    public PipelineCallException(String message) {
        super(message);
    }
}
