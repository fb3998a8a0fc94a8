package io.gaia.sdk.internal.perform;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads of jobs: as many as there are jobs, kept for a while for the next ones. They do not keep a process alive. */
public final class JobThreads {
    private JobThreads() {}

    public static ExecutorService open() {
        AtomicInteger number = new AtomicInteger();
        return Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "gaia-job-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}
