package io.gaia.sdk.internal.perform;

import io.gaia.sdk.AddedJob;
import io.gaia.sdk.Arguments;
import io.gaia.sdk.Context;
import io.gaia.sdk.EndedRun;
import io.gaia.sdk.Job;
import io.gaia.sdk.Log;
import io.gaia.sdk.StartedRun;
import io.gaia.sdk.internal.program.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The context of one attempt. */
final class AttemptContext implements Context {
    private final Start start;
    private final Host host;
    private final Cancellation cancellation;
    private final Arguments arguments;
    private final Map<String, String> set = new LinkedHashMap<>();
    private final List<AddedJob> added = new ArrayList<>();
    private boolean closed;

    AttemptContext(Job job, Start start, Host host, Cancellation cancellation) {
        this.start = start;
        this.host = host;
        this.cancellation = cancellation;
        this.arguments = new Arguments(job.arguments(), start.arguments);
    }

    @Override
    public Arguments arguments() {
        return arguments;
    }

    @Override
    public String run() {
        return start.run;
    }

    @Override
    public String pipeline() {
        return start.pipeline;
    }

    @Override
    public String title() {
        return start.title;
    }

    @Override
    public int attempt() {
        return start.attempt;
    }

    @Override
    public Log log() {
        return host::log;
    }

    @Override
    public synchronized void setOutput(String key, Object value) {
        checkOpen();
        Objects.requireNonNull(key, "An output needs a key");
        try {
            set.put(key, Json.write(value));
        } catch (IllegalArgumentException unfit) {
            throw new IllegalArgumentException(
                    "output \"" + key + "\" has no form in JSON: " + unfit.getMessage(), unfit);
        }
    }

    @Override
    public Object output(String job, String key) {
        return output(job, key, Object.class);
    }

    @Override
    public <T> T output(String job, String key, Class<T> type) {
        for (Map.Entry<String, Map<String, String>> entry : start.outputs.entrySet()) {
            String json = entry.getValue().get(key);
            if (json != null && Program.folded(entry.getKey()).equals(Program.folded(job))) {
                return Json.read(json, type);
            }
        }
        return null;
    }

    @Override
    public Map<String, Map<String, Object>> outputs() {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        start.outputs.forEach((job, outputs) -> {
            Map<String, Object> values = new LinkedHashMap<>();
            outputs.forEach((key, json) -> values.put(key, Json.read(json)));
            all.put(job, values);
        });
        return all;
    }

    @Override
    public boolean isCancelled() {
        return cancellation.isCancelled();
    }

    @Override
    public String cancelReason() {
        return cancellation.reason();
    }

    @Override
    public synchronized AddedJob add(Job job, String title) {
        checkOpen();
        host.checkCanAdd(job);
        for (AddedJob other : added) {
            if (Program.folded(other.title()).equals(Program.folded(title))) {
                throw new IllegalArgumentException("two jobs called \"" + title + "\" are added");
            }
        }
        AddedJob next = new NewJob(job, title);
        added.add(next);
        return next;
    }

    @Override
    public StartedRun start(String pipeline, Map<String, ?> values) throws InterruptedException {
        Map<String, String> texts = new LinkedHashMap<>();
        values.forEach((key, value) -> texts.put(key, String.valueOf(value)));
        String id = host.startRun(pipeline, texts);
        return new StartedRun() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public EndedRun await() throws InterruptedException {
                return host.awaitRun(id);
            }
        };
    }

    synchronized Result success() {
        return Result.succeeded(new LinkedHashMap<>(set), new ArrayList<>(added));
    }

    /** From now on nothing can be put out or added: the result is told. */
    synchronized void close() {
        closed = true;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(
                    "\"" + start.title + "\" has ended: nothing can be put out or added any more");
        }
    }
}
