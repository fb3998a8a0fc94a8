package pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gaia.sdk.Argument;
import io.gaia.sdk.ArgumentType;
import io.gaia.sdk.Job;
import io.gaia.sdk.Outcome;
import io.gaia.sdk.javasdk.InputType;
import io.gaia.sdk.javasdk.PipelineArgument;
import io.gaia.sdk.javasdk.PipelineJob;
import io.gaia.sdk.javasdk.PipelineManualInteraction;
import io.gaia.sdk.testing.JobReport;
import io.gaia.sdk.testing.JobTester;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Forms of a job beside the SDK's own. */
class OtherFormsTest {
    @Test
    void aGaiaJobIsGivenTheValuesOfItsArguments() {
        Job job = Job.named("Orchestrate")
                .arguments(Argument.number("model_params"), Argument.text("service_config").defaultsTo("small"))
                .executes(new ServiceOrchestrationJob());
        Services.CALLS.clear();
        JobReport report = JobTester.of(job).argument("model_params", 7).perform();
        assertEquals(Outcome.SUCCEEDED, report.outcome(), report.message());
        assertEquals(List.of(7L, "small"), Services.CALLS);
    }

    @Test
    void aPipelineOfThePublishedSdkIsTheSamePipelineHere() {
        List<Job> jobs = PublishedPipeline.jobs().stream().map(PipelineJob::toJob).collect(Collectors.toList());
        assertEquals("says how often it ran", jobs.get(0).description());
        assertEquals("whom to greet", jobs.get(0).arguments().get(0).description());
        assertEquals("count", jobs.get(1).dependencies().get(0).title());
        assertEquals(Outcome.SUCCEEDED, JobTester.of(jobs.get(0)).argument("name", "x").perform().outcome());
        assertEquals("it broke", JobTester.of(jobs.get(1)).perform().message());
        assertEquals(Outcome.EXIT_PIPELINE, JobTester.of(jobs.get(2)).perform().outcome());
        assertEquals("enough", JobTester.of(jobs.get(2)).perform().message());
    }

    @Test
    void itsHandlersSeeAllArgumentsAndItsTypesAreKept() {
        List<String> seen = new ArrayList<>();
        PipelineJob published = new PipelineJob(
                args -> args.forEach(argument -> seen.add(argument.getKey() + "=" + argument.getValue())),
                "Build",
                "builds",
                new ArrayList<>(),
                new ArrayList<>(Arrays.asList(
                        new PipelineArgument("text", InputType.TextAreaInp, "note", "some"),
                        new PipelineArgument("flag", InputType.BoolInp, "loud", "true"),
                        new PipelineArgument("secret", InputType.VaultInp, "TOKEN", null))),
                new PipelineManualInteraction("sure?", InputType.BoolInp));
        Job job = published.toJob();
        assertEquals(
                List.of(ArgumentType.TEXTAREA, ArgumentType.BOOLEAN, ArgumentType.VAULT),
                job.arguments().stream().map(Argument::type).collect(Collectors.toList()));
        JobTester.of(job).argument("extra", "1").perform();
        assertEquals(List.of("extra=1", "note=some", "loud=true"), seen);
        assertThrows(NullPointerException.class, () -> new PipelineJob().toJob());
    }
}
