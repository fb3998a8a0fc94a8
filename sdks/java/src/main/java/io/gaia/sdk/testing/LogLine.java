package io.gaia.sdk.testing;

import io.gaia.sdk.LogLevel;
import java.util.Objects;

/** What a job has logged in one call. */
public final class LogLine {
    private final LogLevel level;
    private final String text;

    public LogLine(LogLevel level, String text) {
        this.level = level;
        this.text = text;
    }

    public LogLevel level() {
        return level;
    }

    public String text() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogLine && ((LogLine) other).level == level && ((LogLine) other).text.equals(text);
    }

    @Override
    public int hashCode() {
        return Objects.hash(level, text);
    }

    /** As it is written to a log: {@code INFO hello}. */
    @Override
    public String toString() {
        return level + " " + text;
    }
}
