package io.gaia.sdk.internal.local;

import io.gaia.sdk.EndedRun;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** What a test answers when a job starts another pipeline. Without an answer the call fails. */
public final class OtherPipelines {
    private final Map<String, Function<Map<String, String>, EndedRun>> answers = new LinkedHashMap<>();
    private final Map<String, EndedRun> started = new ConcurrentHashMap<>();
    private final AtomicInteger number = new AtomicInteger();

    public void answer(String pipeline, Function<Map<String, String>, EndedRun> answer) {
        answers.put(pipeline, answer);
    }

    String start(String pipeline, Map<String, String> arguments) {
        Function<Map<String, String>, EndedRun> answer = answers.get(pipeline);
        if (answer == null) {
            throw new UnsupportedOperationException("starting the pipeline \"" + pipeline
                    + "\" needs Gaia: run this program there, or answer the call in a test");
        }
        EndedRun ended = answer.apply(arguments);
        String id = ended.id().isEmpty() ? "run-" + number.incrementAndGet() : ended.id();
        started.put(id, ended);
        return id;
    }

    EndedRun await(String run) {
        return started.get(run);
    }
}
