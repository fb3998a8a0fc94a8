package io.gaia.sdk.internal.local;

import io.gaia.sdk.LogLevel;

/** Is told what happens in a run. Log lines come from the jobs' threads. */
public interface RunObserver {
    void started(String title, int attempt);

    void logged(String title, LogLevel level, String text);

    void ended(JobEnd end);
}
