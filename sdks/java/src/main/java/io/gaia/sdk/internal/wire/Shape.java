package io.gaia.sdk.internal.wire;

/** How often a field is there. */
enum Shape {
    SINGLE,
    REPEATED,
    /** From text to what the kind says. On the wire each entry is a message of a key (1) and a value (2). */
    MAP
}
