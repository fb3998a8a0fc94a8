package io.gaia.sdk;

/** How much a line of the log matters. The order is that of the wire. */
public enum LogLevel {
    DEBUG,
    INFO,
    WARN,
    ERROR
}
