package io.gaia.sdk.testing;

import io.gaia.sdk.AddedJob;
import io.gaia.sdk.Outcome;
import io.gaia.sdk.internal.perform.Json;
import io.gaia.sdk.internal.perform.Result;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a job ended in a test. */
public final class JobReport {
    private final String title;
    private final int attempts;
    private final Result result;
    private final List<LogLine> logs;

    JobReport(String title, int attempts, Result result, List<LogLine> logs) {
        this.title = title;
        this.attempts = attempts;
        this.result = result;
        this.logs = List.copyOf(logs);
    }

    public String title() {
        return title;
    }

    /** How often it was tried; 0: it was not performed, since something before it failed or ended the pipeline. */
    public int attempts() {
        return attempts;
    }

    public Outcome outcome() {
        return result.outcome;
    }

    /** Of every outcome but a success, which has none. */
    public String message() {
        return result.message;
    }

    /** An output, as jobs that depend on this one get it; null when there is none. */
    public Object output(String key) {
        String json = result.outputs.get(key);
        return json == null ? null : Json.read(json);
    }

    public Map<String, Object> outputs() {
        Map<String, Object> values = new LinkedHashMap<>();
        result.outputs.forEach((key, json) -> values.put(key, Json.read(json)));
        return Collections.unmodifiableMap(values);
    }

    /** All that it logged, in all attempts. */
    public List<LogLine> logs() {
        return logs;
    }

    /** The jobs that it added, in its order. */
    public List<AddedJob> addedJobs() {
        return result.jobs;
    }
}
