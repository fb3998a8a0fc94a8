package io.gaia.sdk.internal.program;

import java.nio.charset.StandardCharsets;

/** The id of a job: FNV-1a of 32 bits over the bytes of its title, http://www.isthe.com/chongo/tech/comp/fnv/ */
final class TitleHash {
    private static final int OFFSET = 0x811C9DC5;
    private static final int PRIME = 0x01000193;

    private TitleHash() {}

    static long of(String title) {
        int hash = OFFSET;
        for (byte next : title.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (next & 0xFF)) * PRIME;
        }
        return Integer.toUnsignedLong(hash);
    }
}
