package io.gaia.sdk.testing;

import io.gaia.sdk.LogLevel;
import io.gaia.sdk.internal.local.JobEnd;
import io.gaia.sdk.internal.local.RunObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps what happens in a run. */
final class ReportObserver implements RunObserver {
    private final Map<String, List<LogLine>> logs = new HashMap<>();
    private final Map<String, JobEnd> ends = new LinkedHashMap<>();

    @Override
    public void started(String title, int attempt) {
        // The end says which attempt it was.
    }

    @Override
    public synchronized void logged(String title, LogLevel level, String text) {
        logs.computeIfAbsent(title, unused -> new ArrayList<>()).add(new LogLine(level, text));
    }

    @Override
    public synchronized void ended(JobEnd end) {
        ends.put(end.title, end);
    }

    /** In the order in which the jobs ended. */
    synchronized List<JobReport> reports() {
        List<JobReport> reports = new ArrayList<>();
        for (JobEnd end : ends.values()) {
            reports.add(new JobReport(end.title, end.attempt, end.result, logs.getOrDefault(end.title, List.of())));
        }
        return reports;
    }
}
