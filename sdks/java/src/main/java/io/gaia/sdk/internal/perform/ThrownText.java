package io.gaia.sdk.internal.perform;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** What was thrown, in words. Its own methods may throw as well. */
final class ThrownText {
    private static final String FRAME = "\tat ";
    private static final String CALLER = FRAME + Attempt.class.getName() + ".";

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

    /** Where it comes from, down to the job's function: how the SDK calls that is the same for all. */
    static String stackTrace(Throwable thrown) {
        try {
            StringWriter text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text, true));
            List<String> kept = new ArrayList<>();
            boolean within = true;
            for (String line : text.toString().split("\\R")) {
                within = line.startsWith(FRAME) ? within && !line.startsWith(CALLER) : true;
                if (within) {
                    kept.add(line);
                }
            }
            return String.join("\n", kept);
        } catch (Throwable hostile) {
            return thrown.getClass().getName();
        }
    }
}
