package io.gaia.sdk.internal.server;

import io.gaia.sdk.LogLevel;
import java.nio.charset.StandardCharsets;

/** stderr, in UTF-8 whatever the locale is: a Gaia that does not take log lines keeps what comes there. */
public final class ErrorStream {
    private ErrorStream() {}

    /** Writes {@code LEVEL text}, for each line of it. */
    public static void log(LogLevel level, String text) {
        StringBuilder lines = new StringBuilder();
        text.lines().forEach(line -> lines.append(level).append(' ').append(line).append('\n'));
        write(lines.toString());
    }

    /** Writes text in one piece, so that lines of jobs do not mix. */
    public static void write(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.err.write(bytes, 0, bytes.length);
        System.err.flush();
    }
}
