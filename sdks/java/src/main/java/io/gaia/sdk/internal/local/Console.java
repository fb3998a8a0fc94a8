package io.gaia.sdk.internal.local;

import io.gaia.sdk.LogLevel;
import io.gaia.sdk.Outcome;
import io.gaia.sdk.internal.perform.Result;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Prints a local run as it goes: each line begins with the title of its job. */
final class Console implements RunObserver {
    private final PrintStream out;
    private final Map<String, Long> begun = new ConcurrentHashMap<>();
    private final List<String> failed = new ArrayList<>();
    private int ended;

    Console(PrintStream out) {
        this.out = out;
    }

    @Override
    public void started(String title, int attempt) {
        begun.put(title, System.nanoTime());
        line(title, attempt == 1 ? "started" : "started, attempt " + attempt);
    }

    @Override
    public void logged(String title, LogLevel level, String text) {
        String head = title + ": " + level + " ";
        StringBuilder lines = new StringBuilder();
        text.lines().forEach(line -> lines.append(head).append(line).append('\n'));
        out.print(lines);
    }

    @Override
    public void ended(JobEnd end) {
        if (!end.again) {
            ended++;
            if (end.result.outcome == Outcome.FAILED) {
                failed.add(end.title);
            }
        }
        if (end.attempt == 0) {
            String how = end.result.outcome == Outcome.FAILED ? "failed: " : "not performed: ";
            line(end.title, how + end.result.message);
            return;
        }
        long ms = (System.nanoTime() - begun.get(end.title)) / 1_000_000;
        line(end.title, how(end.result) + " (" + ms + " ms)" + (end.again ? ", and is tried again" : ""));
        end.result.outputs.forEach((key, json) -> line(end.title, "output " + key + " = " + json));
    }

    /** Says how all of it ended. */
    void summary() {
        String jobs = ended + (ended == 1 ? " job, " : " jobs, ");
        String failures = failed.isEmpty() ? "none failed" : failed.size() + " failed: " + String.join(", ", failed);
        out.print(jobs + failures + "\n");
    }

    private static String how(Result result) {
        switch (result.outcome) {
            case SUCCEEDED:
                return "succeeded";
            case SKIPPED:
                return "skipped: " + result.message;
            case EXIT_PIPELINE:
                return "ended the pipeline: " + result.message;
            case CANCELLED:
                return "cancelled: " + result.message;
            default:
                return "failed: " + result.message;
        }
    }

    private void line(String title, String text) {
        out.print(title + ": " + text + "\n");
    }
}
