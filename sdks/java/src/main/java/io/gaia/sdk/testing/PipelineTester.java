package io.gaia.sdk.testing;

import io.gaia.sdk.EndedRun;
import io.gaia.sdk.Job;
import io.gaia.sdk.internal.local.LocalRun;
import io.gaia.sdk.internal.local.OtherPipelines;
import io.gaia.sdk.internal.local.RunGraph;
import io.gaia.sdk.internal.local.Values;
import io.gaia.sdk.internal.program.Program;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Runs a pipeline: dependencies, conditions, attempts, timeouts and added jobs as Gaia has them.
 *
 * <pre>{@code
 * PipelineReport report = PipelineTester.of(Pipeline.jobs()).argument("target", "staging").perform();
 * assertTrue(report.isPassed());
 * }</pre>
 */
public final class PipelineTester {
    private final Program program;
    private final Map<String, String> arguments = new LinkedHashMap<>();
    private final OtherPipelines others = new OtherPipelines();
    private List<Job> selected;

    private PipelineTester(Program program) {
        this.program = program;
        this.selected = program.graph();
    }

    /** @throws io.gaia.sdk.InvalidPipelineException when the jobs are no pipeline */
    public static PipelineTester of(Job... jobs) {
        return of(Arrays.asList(jobs));
    }

    /** @throws io.gaia.sdk.InvalidPipelineException when the jobs are no pipeline */
    public static PipelineTester of(Collection<Job> jobs) {
        return new PipelineTester(new Program(jobs));
    }

    /** Gives an argument of all jobs a value; secrets as well. */
    public PipelineTester argument(String key, Object value) {
        arguments.put(key, String.valueOf(value));
        return this;
    }

    /** What jobs learn when they start that pipeline and await it. */
    public PipelineTester answer(String pipeline, EndedRun run) {
        return answer(pipeline, unused -> run);
    }

    /** What jobs learn when they start that pipeline with certain arguments. */
    public PipelineTester answer(String pipeline, Function<Map<String, String>, EndedRun> run) {
        others.answer(pipeline, run);
        return this;
    }

    /** Runs these and what they depend on, instead of all. */
    public PipelineTester only(Job... jobs) {
        selected = Arrays.stream(jobs).peek(program::checkIsOwn).collect(Collectors.toList());
        return this;
    }

    /** Runs the pipeline to its end. */
    public PipelineReport perform() throws InterruptedException {
        ReportObserver observer = new ReportObserver();
        RunGraph graph = new RunGraph(program, selected, new Values(arguments, Map.of()));
        boolean passed = new LocalRun(graph, program, others, observer).perform();
        return new PipelineReport(passed, observer.reports());
    }
}
