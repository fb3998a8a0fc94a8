package io.gaia.sdk.internal.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gaia.sdk.Argument;
import io.gaia.sdk.InvalidPipelineException;
import io.gaia.sdk.Job;
import io.gaia.sdk.JobBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramTest {
    @Test
    void idsAreTheHashesThatOtherSdksCompute() {
        assertEquals(1904494256L, Program.idOf(job("Create DB User")));
        assertEquals(1986133717L, Program.idOf(job("Größe ☃")));
    }

    @Test
    void jobsAreFoundByIdAndByTitleInAnyCase() {
        Job build = job("Build");
        Job test = Job.named("Test").dependsOn("BUILD", "build").runs(context -> {});
        Program program = new Program(List.of(build, test));

        assertSame(build, program.job(Program.idOf(build)));
        assertSame(test, program.job("tEST"));
        assertNull(program.job("deploy"));
        assertEquals(List.of(build), program.dependencies(test));
    }

    @Test
    void onDemandJobsAreNoPartOfTheGraph() {
        Job part = Job.named("Part").onDemand().runs(context -> {});
        Job build = job("Build");
        Program program = new Program(List.of(part, build));

        assertEquals(List.of(part, build), program.jobs());
        assertEquals(List.of(build), program.graph());
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        assertEquals(
                List.of(
                        "Two jobs are called \"BUILD\" (the case of letters does not count): rename one.",
                        "A job has no title: give Job.named a text.",
                        "Job \"Deploy\" has 0 attempts: at least 1 is needed.",
                        "Job \"Deploy\" has a timeout of -1 ms: it cannot be negative.",
                        "Job \"Deploy\" depends on \"Tests\", which is no job of the pipeline."
                                + " Its jobs are: Build, BUILD,  , Deploy."),
                problems(
                        job("Build"),
                        job("BUILD"),
                        job(" "),
                        Job.named("Deploy")
                                .attempts(0)
                                .timeout(Duration.ofMillis(-1))
                                .dependsOn("Tests")
                                .runs(context -> {})));
    }

    @Test
    void anEmptyPipelineIsRefused() {
        assertEquals(List.of("The pipeline has no jobs: give serve at least one."), problems());
    }

    @Test
    void titlesWithTheSameHashAreRefused() {
        assertEquals(
                List.of("The titles \"costarring\" and \"liquid\" have the same hash, by which Gaia tells jobs apart:"
                        + " rename one."),
                problems(job("costarring"), job("liquid")));
    }

    @Test
    void aDependencyByReferenceHasToBeOfThePipeline() {
        Job stranger = job("Build");
        assertEquals(
                List.of("Job \"Test\" depends on \"Build\", which is no job of the pipeline. Its jobs are: Test."),
                problems(Job.named("Test").dependsOn(stranger).runs(context -> {})));
        assertEquals(1, problems(job("Build"), Job.named("Test").dependsOn(stranger).runs(context -> {})).size());
    }

    @Test
    void onDemandJobsDependOnNothingAndNothingOnThem() {
        Job build = job("Build");
        assertEquals(
                List.of(
                        "Job \"Part\" is on demand, so it cannot depend on others here: say it when the job is added.",
                        "Job \"Test\" depends on \"Part\", which is on demand and no part of the graph."),
                problems(
                        build,
                        Job.named("Part").onDemand().dependsOn(build).runs(context -> {}),
                        Job.named("Test").dependsOn("Part").runs(context -> {})));
    }

    @Test
    void circlesAreRefusedByNaming() {
        assertEquals(
                List.of("Jobs depend on each other in a circle: B → C → D → B."),
                problems(after("A", "B"), after("B", "C"), after("C", "D"), after("D", "B")));
        assertEquals(List.of("Jobs depend on each other in a circle: A → A."), problems(after("A", "a")));
    }

    @Test
    void aDiamondIsNoCircleAndALongChainIsNoProblem() {
        List<Job> jobs = new ArrayList<>();
        for (int index = 0; index < 10_000; index++) {
            JobBuilder job = Job.named("Job " + index);
            if (index > 1) {
                job.dependsOn("job " + (index - 1), "job " + (index - 2));
            }
            jobs.add(job.runs(context -> {}));
        }
        assertEquals(10_000, new Program(jobs).graph().size());
    }

    @Test
    void argumentsAreChecked() {
        assertEquals(
                List.of(
                        "Job \"A\": argument \"x\" is there twice: rename one.",
                        "Job \"A\" has an argument without a key.",
                        "Job \"A\": argument \"c\" has no choices.",
                        "Job \"A\": argument \"d\" has a default that does not fit:"
                                + " argument \"d\" is \"three\", which is none of one, two.",
                        "Job \"A\": argument \"n\" has a default that does not fit:"
                                + " argument \"n\" is \"many\", which is no number.",
                        "Job \"A\": argument \"b\" has a default that does not fit:"
                                + " argument \"b\" is \"yes\", which is neither true nor false."),
                problems(Job.named("A")
                        .arguments(
                                Argument.text("x"),
                                Argument.number("x"),
                                Argument.text(""),
                                Argument.choice("c"),
                                Argument.choice("d", "one", "two").defaultsTo("three"),
                                Argument.number("n").defaultsTo("many"),
                                Argument.bool("b").defaultsTo("yes"))
                        .runs(context -> {})));
    }

    private static List<String> problems(Job... jobs) {
        return assertThrows(InvalidPipelineException.class, () -> new Program(List.of(jobs))).problems();
    }

    private static Job job(String title) {
        return Job.named(title).runs(context -> {});
    }

    private static Job after(String title, String dependency) {
        return Job.named(title).dependsOn(dependency).runs(context -> {});
    }
}
