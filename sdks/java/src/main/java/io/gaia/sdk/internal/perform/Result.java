package io.gaia.sdk.internal.perform;

import io.gaia.sdk.AddedJob;
import io.gaia.sdk.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** How an attempt ended, and what it leaves. */
public final class Result {
    /** What a host keeps of a message. */
    private static final int MESSAGE_BYTES = 64 * 1024;

    public final Outcome outcome;
    public final String message;
    /** By key; values are JSON. Of a success. */
    public final Map<String, String> outputs;
    /** Of a success. */
    public final List<AddedJob> jobs;

    private Result(Outcome outcome, String message, Map<String, String> outputs, List<AddedJob> jobs) {
        this.outcome = outcome;
        this.message = cut(message);
        this.outputs = outputs;
        this.jobs = jobs;
    }

    static Result succeeded(Map<String, String> outputs, List<AddedJob> jobs) {
        return new Result(Outcome.SUCCEEDED, "", outputs, jobs);
    }

    /** Every other end has a message at most. */
    public static Result ended(Outcome outcome, String message) {
        return new Result(outcome, message, Map.of(), List.of());
    }

    /** The longest beginning that fits, without half a letter. */
    private static String cut(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MESSAGE_BYTES) {
            return message;
        }
        int end = MESSAGE_BYTES;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
