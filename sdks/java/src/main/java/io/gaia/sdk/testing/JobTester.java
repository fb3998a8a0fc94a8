package io.gaia.sdk.testing;

import io.gaia.sdk.EndedRun;
import io.gaia.sdk.Job;
import io.gaia.sdk.internal.local.LocalHost;
import io.gaia.sdk.internal.local.OtherPipelines;
import io.gaia.sdk.internal.perform.Attempt;
import io.gaia.sdk.internal.perform.Json;
import io.gaia.sdk.internal.perform.Result;
import io.gaia.sdk.internal.perform.Start;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Performs one job, once.
 *
 * <pre>{@code
 * JobReport report = JobTester.of(deploy).argument("target", "staging").output("Build", "image", "shop:1").perform();
 * assertEquals(Outcome.SUCCEEDED, report.outcome(), report.message());
 * }</pre>
 */
public final class JobTester {
    private final Job job;
    private final Map<String, String> arguments = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> outputs = new LinkedHashMap<>();
    private final OtherPipelines others = new OtherPipelines();
    private String title;
    private int attempt = 1;

    private JobTester(Job job) {
        this.job = job;
        this.title = job.title();
    }

    public static JobTester of(Job job) {
        return new JobTester(job);
    }

    /** Gives an argument a value; secrets as well. The others have their defaults. */
    public JobTester argument(String key, Object value) {
        arguments.put(key, String.valueOf(value));
        return this;
    }

    /** An output of a job before it. */
    public JobTester output(String before, String key, Object value) {
        outputs.computeIfAbsent(before, unused -> new LinkedHashMap<>()).put(key, Json.write(value));
        return this;
    }

    /** Performs it under the title that it has when another job adds it. */
    public JobTester title(String added) {
        title = added;
        return this;
    }

    /** Performs it as the attempt of a number, from 1. */
    public JobTester attempt(int number) {
        attempt = number;
        return this;
    }

    /** What the job learns when it starts that pipeline and awaits it. */
    public JobTester answer(String pipeline, EndedRun run) {
        return answer(pipeline, unused -> run);
    }

    /** What the job learns when it starts that pipeline with certain arguments. */
    public JobTester answer(String pipeline, Function<Map<String, String>, EndedRun> run) {
        others.answer(pipeline, run);
        return this;
    }

    /** Performs the job on this thread. Never throws, whatever the job does. */
    public JobReport perform() {
        List<LogLine> logs = Collections.synchronizedList(new ArrayList<>());
        LocalHost host =
                new LocalHost(null, title, others, (unused, level, text) -> logs.add(new LogLine(level, text)));
        Start start = new Start(title, arguments, outputs, "test", "test", attempt);
        Result result = new Attempt(job, start, host).perform();
        return new JobReport(title, 1, result, logs);
    }
}
