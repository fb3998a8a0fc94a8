package io.gaia.sdk.internal.server;

import io.grpc.Status;

/** Why a job is not performed at all. */
final class Refusals {
    private Refusals() {}

    static Status unknownJob(long id) {
        return Status.NOT_FOUND.withDescription("The program has no job with the id " + id + ".");
    }

    /** The system gives no more threads; the host calls again when another job has ended. */
    static Status noThreads(OutOfMemoryError reason) {
        return Status.RESOURCE_EXHAUSTED.withDescription("No free threads: " + reason.getMessage());
    }
}
