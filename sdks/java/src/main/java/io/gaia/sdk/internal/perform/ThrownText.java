package io.gaia.sdk.internal.perform;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What was thrown, in words. Its own methods may throw as well. */
final class ThrownText {
    private ThrownText() {}

    /** The message, or the name of its class when it has none. */
    static String message(Throwable thrown) {
        try {
            String message = thrown.getMessage();
            return message == null || message.isBlank() ? thrown.getClass().getName() : message;
        } catch (Throwable hostile) {
            return thrown.getClass().getName();
        }
    }

    static String stackTrace(Throwable thrown) {
        try {
            StringWriter text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text, true));
            return text.toString().stripTrailing();
        } catch (Throwable hostile) {
            return thrown.getClass().getName();
        }
    }
}
