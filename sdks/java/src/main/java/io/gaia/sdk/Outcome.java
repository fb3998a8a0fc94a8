package io.gaia.sdk;

/** How a job ended. The order is that of the wire. */
public enum Outcome {
    SUCCEEDED,
    FAILED,
    /** It asked to end the pipeline, which has not failed by it. */
    EXIT_PIPELINE,
    /** Its condition did not hold. */
    SKIPPED,
    /** It ended because it was asked to. */
    CANCELLED
}
