package io.gaia.sdk;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A run of another pipeline that has ended. */
public final class EndedRun {
    private final String id;
    private final String status;
    private final Map<String, Object> outputs;

    /**
     * @param status {@code completed}, {@code failed} or {@code cancelled}
     * @param outputs by key; values as {@link Context#output(String, String)} answers them
     */
    public EndedRun(String id, String status, Map<String, ?> outputs) {
        this.id = id;
        this.status = status;
        this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }

    public String id() {
        return id;
    }

    /** {@code completed}, {@code failed} or {@code cancelled}. */
    public String status() {
        return status;
    }

    public boolean isCompleted() {
        return status.equals("completed");
    }

    /** One of its outputs; null when there is none. */
    public Object output(String key) {
        return outputs.get(key);
    }

    public Map<String, Object> outputs() {
        return outputs;
    }
}
