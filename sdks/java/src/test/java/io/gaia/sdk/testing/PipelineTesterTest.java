package io.gaia.sdk.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gaia.sdk.AddedJob;
import io.gaia.sdk.Argument;
import io.gaia.sdk.Context;
import io.gaia.sdk.ExitPipelineException;
import io.gaia.sdk.Job;
import io.gaia.sdk.JobFunction;
import io.gaia.sdk.LogLevel;
import io.gaia.sdk.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PipelineTesterTest {
    private static final Job PART = Job.named("Part")
            .onDemand()
            .arguments(Argument.number("index"))
            .runs(context -> context.setOutput("index", context.arguments().getInt("index")));
    private static final Job SUM = Job.named("Sum").onDemand().runs(context -> {
        long sum = 0;
        for (Map<String, Object> outputs : context.outputs().values()) {
            sum += (Long) outputs.get("index");
        }
        context.setOutput("sum", sum);
    });

    @Test
    void outputsGoToWhatDependsOnThem() throws Exception {
        Job build = Job.named("Build")
                .arguments(Argument.text("tag").defaultsTo("latest"))
                .runs(context -> context.setOutput("image", "shop:" + context.arguments().getString("tag")));
        Job deploy = Job.named("Deploy")
                .dependsOn(build)
                .runs(context -> context.log().info("deploys " + context.output(build, "image")));
        Job clean = Job.named("Clean").dependsOn("deploy").runs(context -> {
            context.setOutput("sees", context.outputs().keySet());
        });

        PipelineReport report = PipelineTester.of(clean, deploy, build).argument("tag", "1.2").perform();

        assertTrue(report.isPassed());
        assertEquals(List.of("Build", "Deploy", "Clean"), titles(report));
        assertEquals(List.of(new LogLine(LogLevel.INFO, "deploys shop:1.2")), report.job("deploy").logs());
        assertEquals(List.of("Deploy"), report.job("Clean").output("sees"));
    }

    @Test
    void independentJobsRunAtTheSameTime() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        Job one = Job.named("One").runs(context -> together.await(1, TimeUnit.MINUTES));
        Job two = Job.named("Two").runs(context -> together.await(1, TimeUnit.MINUTES));
        assertTrue(PipelineTester.of(one, two).perform().isPassed());
    }

    @Test
    void whatDependsOnAFailureIsNotPerformedAndTheRestIs() throws Exception {
        PipelineReport report = PipelineTester.of(
                        Job.named("Fail").runs(context -> fail("it broke")),
                        Job.named("After").dependsOn("Fail").runs(context -> {}),
                        Job.named("Later").dependsOn("After").runs(context -> {}),
                        Job.named("Other").runs(context -> {}))
                .perform();

        assertFalse(report.isPassed());
        assertEquals(Outcome.FAILED, report.job("Fail").outcome());
        assertEquals(Outcome.SKIPPED, report.job("After").outcome());
        assertEquals("\"Fail\" failed", report.job("After").message());
        assertEquals("\"After\" was skipped", report.job("Later").message());
        assertEquals(0, report.job("Later").attempts());
        assertEquals(Outcome.SUCCEEDED, report.job("Other").outcome());
    }

    @Test
    void whatDependsOnASkippedJobIsPerformed() throws Exception {
        PipelineReport report = PipelineTester.of(
                        Job.named("Skip").when(context -> false, "not today").runs(context -> {}),
                        Job.named("After").dependsOn("Skip").runs(context -> {}))
                .perform();
        assertTrue(report.isPassed());
        assertEquals("not today", report.job("Skip").message());
        assertEquals(Outcome.SUCCEEDED, report.job("After").outcome());
    }

    @Test
    void anExitStartsNothingMoreAndWhatRunsGoesOnToItsEnd() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch leaving = new CountDownLatch(1);
        PipelineReport report = PipelineTester.of(
                        Job.named("Exit").runs(context -> {
                            running.await();
                            leaving.countDown();
                            throw new ExitPipelineException("enough");
                        }),
                        Job.named("Go on").runs(context -> {
                            running.countDown();
                            leaving.await();
                            // An interruption would come meanwhile.
                            new CountDownLatch(1).await(500, TimeUnit.MILLISECONDS);
                        }),
                        Job.named("After").dependsOn("Go on").runs(context -> {}))
                .perform();

        assertTrue(report.isPassed());
        assertEquals(Outcome.EXIT_PIPELINE, report.job("Exit").outcome());
        assertEquals(Outcome.SUCCEEDED, report.job("Go on").outcome());
        assertEquals("\"Exit\" ended the pipeline", report.job("After").message());
    }

    @Test
    void attemptsAreMadeUntilOneSucceeds() throws Exception {
        Job flaky = Job.named("Flaky").attempts(3).runs(context -> {
            context.log().info("attempt " + context.attempt());
            if (context.attempt() < 3) {
                fail("not yet");
            }
        });
        PipelineReport report = PipelineTester.of(flaky).perform();
        assertTrue(report.isPassed());
        assertEquals(3, report.job("Flaky").attempts());

        Job never = Job.named("Never").attempts(2).runs(context -> fail("not yet"));
        PipelineReport failed = PipelineTester.of(never).perform();
        assertFalse(failed.isPassed());
        assertEquals(2, failed.job("Never").attempts());
        assertEquals("not yet", failed.job("Never").message());
    }

    @Test
    void aTimeoutInterruptsTheAttempt() throws Exception {
        Job slow = Job.named("Slow").timeout(Duration.ofMillis(20)).attempts(2).runs(context -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException interrupted) {
                context.log().warn(context.isCancelled() + " " + context.cancelReason());
                throw interrupted;
            }
        });
        PipelineReport report = PipelineTester.of(slow).perform();
        assertFalse(report.isPassed());
        assertEquals("timed out after 20 ms", report.job("Slow").message());
        assertEquals(2, report.job("Slow").attempts());
        assertEquals(new LogLine(LogLevel.WARN, "true timed_out"), report.job("Slow").logs().get(0));
    }

    @Test
    void aJobThatComputesCanAskWhetherItShouldEnd() throws Exception {
        Job busy = Job.named("Busy").timeout(Duration.ofMillis(20)).runs(context -> {
            while (true) {
                context.throwIfCancelled();
            }
        });
        assertEquals("timed out after 20 ms", PipelineTester.of(busy).perform().job("Busy").message());
    }

    @Test
    void addedJobsAreRun() throws Exception {
        Job grow = Job.named("Grow").arguments(Argument.number("parts")).runs(PipelineTesterTest::grow);
        PipelineReport report = PipelineTester.of(grow, PART, SUM).argument("parts", 4).perform();
        assertTrue(report.isPassed());
        assertEquals(6, report.jobs().size());
        assertEquals(10L, report.job("Join").output("sum"));
    }

    @Test
    void addedJobsAreGivenSecretsAndNothingElseThatTheyWereNotAddedWith() throws Exception {
        Job safe = Job.named("Safe")
                .onDemand()
                .arguments(Argument.vault("TOKEN"), Argument.vault("OWN"), Argument.text("name"))
                .runs(context -> context.setOutput("all", context.arguments().asText()));
        Job grow = Job.named("Grow").runs(context -> context.add(safe, "Added").argument("OWN", "own"));
        PipelineReport report = PipelineTester.of(grow, safe)
                .argument("TOKEN", "secret")
                .argument("OWN", "other")
                .argument("name", "x")
                .perform();
        assertEquals(Map.of("TOKEN", "secret", "OWN", "own"), report.job("Added").output("all"));
    }

    @Test
    void jobsThatCannotBeAddedFailTheirJob() throws Exception {
        assertEquals(
                "it adds \"grow\", and a job of this title is in the run already",
                messageOf(context -> context.add(PART, "grow")));
        assertEquals(
                "it adds \"A\", which depends on \"B\", which is not in the run",
                messageOf(context -> context.add(PART, "A").dependsOn("B")));
        Job stranger = Job.named("Stranger").runs(context -> {});
        assertEquals(
                "job \"Stranger\" is no job of this pipeline, so it cannot be added: give it to serve",
                messageOf(context -> context.add(stranger, "A")));
    }

    @Test
    void jobsThatAreAddedInACircleFail() throws Exception {
        Job grow = Job.named("Grow").runs(context -> {
            context.add(PART, "A").dependsOn("B");
            context.add(PART, "B").dependsOn("A");
        });
        PipelineReport report = PipelineTester.of(grow, PART).perform();
        assertFalse(report.isPassed());
        assertEquals("it depends on itself, by way of jobs that were added", report.job("A").message());
    }

    @Test
    void onlySomeJobsAreRunWithWhatTheyDependOn() throws Exception {
        Job a = Job.named("A").runs(context -> {});
        Job b = Job.named("B").dependsOn(a).runs(context -> {});
        Job c = Job.named("C").dependsOn(b).runs(context -> {});
        assertEquals(List.of("A", "B"), titles(PipelineTester.of(c, b, a).only(b).perform()));
        assertThrows(IllegalArgumentException.class, () -> PipelineTester.of(a).only(b));
        assertThrows(
                IllegalArgumentException.class, () -> PipelineTester.of(a).perform().job("B"));
    }

    private static String messageOf(JobFunction function) throws InterruptedException {
        Job grow = Job.named("Grow").runs(function);
        return PipelineTester.of(grow, PART).perform().job("Grow").message();
    }

    private static void grow(Context context) {
        List<AddedJob> added = new ArrayList<>();
        for (int index = 1; index <= context.arguments().getInt("parts"); index++) {
            added.add(context.add(PART, "Part " + index).argument("index", index));
        }
        context.add(SUM, "Join").dependsOn(added);
    }

    private static void fail(String message) {
        throw new IllegalStateException(message);
    }

    private static List<String> titles(PipelineReport report) {
        List<String> titles = new ArrayList<>();
        report.jobs().forEach(job -> titles.add(job.title()));
        return titles;
    }
}
