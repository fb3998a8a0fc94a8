package io.gaia.sdk.internal.wire;

import java.io.IOException;

/** Bytes that are no message. */
public final class MalformedMessageException extends IOException {
    private static final long serialVersionUID = 1;

    MalformedMessageException(String message) {
        super(message);
    }
}
