package io.gaia.sdk;

/** The log of one job. May be used by any thread while the job goes on. */
@FunctionalInterface
public interface Log {
    /** Writes a line, or several. */
    void log(LogLevel level, String text);

    default void debug(String text) {
        log(LogLevel.DEBUG, text);
    }

    default void info(String text) {
        log(LogLevel.INFO, text);
    }

    default void warn(String text) {
        log(LogLevel.WARN, text);
    }

    default void error(String text) {
        log(LogLevel.ERROR, text);
    }
}
