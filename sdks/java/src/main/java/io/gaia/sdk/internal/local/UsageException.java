package io.gaia.sdk.internal.local;

/** A command line that cannot be followed, and why. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
