package io.gaia.sdk.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gaia.sdk.Argument;
import io.gaia.sdk.Context;
import io.gaia.sdk.EndedRun;
import io.gaia.sdk.ExitPipelineException;
import io.gaia.sdk.Job;
import io.gaia.sdk.JobFunction;
import io.gaia.sdk.LogLevel;
import io.gaia.sdk.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class JobTesterTest {
    /** An object of a class, as an output. */
    static final class Image {
        final String name;
        final int layers;

        Image(String name, int layers) {
            this.name = name;
            this.layers = layers;
        }
    }

    @Test
    void aJobIsGivenWhatTheTestSays() {
        Job deploy = Job.named("Deploy")
                .arguments(Argument.text("target"), Argument.vault("TOKEN"), Argument.number("times").defaultsTo(2))
                .runs(context -> {
                    context.log().info("to " + context.arguments().getString("target"));
                    context.log().debug(context.output("build", "image").toString());
                    context.setOutput("token", context.arguments().getString("TOKEN").length());
                    context.setOutput("times", context.arguments().getInt("times"));
                    context.setOutput("all", context.outputs());
                    context.setOutput("title", context.title() + context.attempt());
                });
        JobReport report = JobTester.of(deploy)
                .argument("target", "staging")
                .argument("TOKEN", "abc")
                .output("Build", "image", Map.of("name", "shop"))
                .title("Deploy 1")
                .attempt(3)
                .perform();

        assertEquals(Outcome.SUCCEEDED, report.outcome(), report.message());
        assertEquals("", report.message());
        assertEquals("Deploy 1", report.title());
        assertEquals(
                List.of(new LogLine(LogLevel.INFO, "to staging"), new LogLine(LogLevel.DEBUG, "{name=shop}")),
                report.logs());
        assertEquals(3L, report.output("token"));
        assertEquals(2L, report.output("times"));
        assertEquals(Map.of("Build", Map.of("image", Map.of("name", "shop"))), report.output("all"));
        assertEquals("Deploy 13", report.outputs().get("title"));
        assertNull(report.output("other"));
    }

    @Test
    void everyValueOfJsonIsAnOutput() {
        JobReport report = perform(context -> {
            context.setOutput("null", null);
            context.setOutput("text", "<ü ☃ \"\n");
            context.setOutput("whole", Long.MAX_VALUE);
            context.setOutput("half", 0.5);
            context.setOutput("yes", true);
            context.setOutput("list", Arrays.asList(1, null, "x"));
            context.setOutput("array", new int[] {1, 2});
            context.setOutput("object", new Image("shop", 3));
            context.setOutput("text", "the last one counts");
        });
        assertEquals(Outcome.SUCCEEDED, report.outcome(), report.message());
        assertEquals("the last one counts", report.output("text"));
        assertEquals(Long.MAX_VALUE, report.output("whole"));
        assertEquals(0.5, report.output("half"));
        assertEquals(true, report.output("yes"));
        assertEquals(Arrays.asList(1L, null, "x"), report.output("list"));
        assertEquals(List.of(1L, 2L), report.output("array"));
        assertEquals(Map.of("name", "shop", "layers", 3L), report.output("object"));
        assertTrue(report.outputs().containsKey("null"));
    }

    @Test
    void whatHasNoFormInJsonIsRefused() {
        JobReport number = perform(context -> context.setOutput("x", Double.NaN));
        assertEquals(Outcome.FAILED, number.outcome());
        assertTrue(number.message().startsWith("output \"x\" has no form in JSON: NaN "), number.message());

        JobReport circle = perform(context -> {
            List<Object> list = new ArrayList<>();
            list.add(list);
            context.setOutput("x", list);
        });
        assertEquals("output \"x\" has no form in JSON: it contains itself", circle.message());

        JobReport closed = perform(context -> context.setOutput("x", Thread.currentThread()));
        assertTrue(closed.message().startsWith("output \"x\" has no form in JSON: "), closed.message());
    }

    @Test
    void anOutputIsReadAsAnObjectOfAClass() {
        Job read = Job.named("Read").runs(context -> {
            Image image = context.output("Build", "image", Image.class);
            context.setOutput("told", image.name + image.layers);
            context.setOutput("none", context.output("Build", "none", Image.class));
        });
        JobReport report = JobTester.of(read).output("Build", "image", new Image("shop", 3)).perform();
        assertEquals("shop3", report.output("told"));
        assertNull(report.output("none"));

        JobReport other = JobTester.of(read).output("Build", "image", "text").perform();
        assertEquals(Outcome.FAILED, other.outcome());
    }

    @Test
    void whateverIsThrownIsAFailureWithItsText() {
        assertFailure("it broke: ☃", new IllegalStateException("it broke: ☃"));
        assertFailure("an error", new AssertionError("an error"));
        assertFailure("a throwable", new Throwable("a throwable"));
        assertFailure("java.lang.StackOverflowError", new StackOverflowError());
        assertFailure("java.lang.NullPointerException", new NullPointerException(""));
        assertFailure("not asked to end", new InterruptedException("not asked to end"));
        RuntimeException hostile = new RuntimeException() {
            private static final long serialVersionUID = 1;

            @Override
            public String getMessage() {
                throw new IllegalStateException("no message either");
            }
        };
        assertFailure(hostile.getClass().getName(), hostile);
    }

    @Test
    void aFailureHasItsTraceInTheLog() {
        JobReport report = perform(JobTesterTest::breaks);
        assertEquals(1, report.logs().size());
        assertEquals(LogLevel.ERROR, report.logs().get(0).level());
        String trace = report.logs().get(0).text();
        assertTrue(
                trace.matches("java\\.lang\\.IllegalStateException: it broke\n"
                        + "\tat .*JobTesterTest\\.breaks\\(.*\n"
                        + "Caused by: java\\.io\\.IOException: no disk\n"
                        + "\t\\.\\.\\. \\d+ more"),
                trace);
    }

    @Test
    void exitsAndConditionsAreOutcomesOfTheirOwn() {
        JobReport exit = perform(context -> {
            throw new ExitPipelineException("enough");
        });
        assertEquals(Outcome.EXIT_PIPELINE, exit.outcome());
        assertEquals("enough", exit.message());

        Job skipped = Job.named("Skip")
                .arguments(Argument.bool("wanted"))
                .when(context -> context.arguments().getBoolean("wanted"), "nobody wants it")
                .runs(context -> context.setOutput("done", true));
        assertEquals("nobody wants it", JobTester.of(skipped).perform().message());
        assertEquals(Outcome.SKIPPED, JobTester.of(skipped).perform().outcome());
        assertEquals(true, JobTester.of(skipped).argument("wanted", true).perform().output("done"));

        Job broken = Job.named("Broken")
                .when(context -> context.arguments().getInt("none") > 0, "never")
                .runs(context -> {});
        assertEquals(Outcome.FAILED, JobTester.of(broken).perform().outcome());
    }

    @Test
    void addedJobsAreTold() {
        Job part = Job.named("Part").onDemand().arguments(Argument.number("index")).runs(context -> {});
        JobReport report = perform(context -> {
            context.add(part, "Part 1").argument("index", 1);
            context.add(part, "Join").dependsOn(List.of(part)).dependsOn("Part 1", "Build");
        });
        assertEquals(2, report.addedJobs().size());
        assertEquals(Map.of("index", "1"), report.addedJobs().get(0).arguments());
        assertEquals(List.of("Part", "Part 1", "Build"), report.addedJobs().get(1).dependencies());

        assertEquals(
                "job \"Part\" has no argument \"indx\", which \"Part 1\" gives it",
                perform(context -> context.add(part, "Part 1").argument("indx", 1)).message());
        assertEquals(
                "two jobs called \"part 1\" are added",
                perform(context -> {
                            context.add(part, "Part 1");
                            context.add(part, "part 1");
                        })
                        .message());
    }

    @Test
    void otherPipelinesAnswerWhatTheTestSays() {
        Job call = Job.named("Call").runs(context -> {
            EndedRun ended = context.start("other", Map.of("x", 1)).await();
            context.setOutput("answer", ended.isCompleted() ? ended.output("y") : ended.status());
        });
        assertEquals(
                "1!",
                JobTester.of(call)
                        .answer("other", given -> new EndedRun("r1", "completed", Map.of("y", given.get("x") + "!")))
                        .perform()
                        .output("answer"));
        assertEquals(
                "failed",
                JobTester.of(call).answer("other", new EndedRun("r1", "failed", Map.of())).perform().output("answer"));
        assertEquals(
                "starting the pipeline \"other\" needs Gaia: run this program there, or answer the call in a test",
                JobTester.of(call).perform().message());
    }

    @Test
    void aContextThatIsKeptIsOfNoUseAfterTheEnd() {
        AtomicReference<Context> kept = new AtomicReference<>();
        perform(kept::set);
        JobReport late = perform(context -> kept.get().setOutput("x", 1));
        assertEquals("\"Job\" has ended: nothing can be put out or added any more", late.message());
        assertFalse(kept.get().isCancelled());
    }

    private static void assertFailure(String message, Throwable thrown) {
        JobReport report = perform(context -> sneak(thrown));
        assertEquals(Outcome.FAILED, report.outcome());
        assertEquals(message, report.message());
    }

    private static void breaks(Context context) {
        throw new IllegalStateException("it broke", new IOException("no disk"));
    }

    /** Throws what a job should not. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static JobReport perform(JobFunction function) {
        return JobTester.of(Job.named("Job").runs(function)).perform();
    }
}
