package io.gaia.sdk.internal.server;

/** Why a program cannot serve, in a sentence. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
