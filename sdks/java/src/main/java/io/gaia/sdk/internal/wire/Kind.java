package io.gaia.sdk.internal.wire;

/** What a field holds. */
enum Kind {
    UINT32,
    UINT64,
    BOOL,
    ENUM,
    STRING,
    MESSAGE;

    /** Whether it is a varint on the wire; the others are a length and so many bytes. */
    boolean isVarint() {
        return this != STRING && this != MESSAGE;
    }
}
