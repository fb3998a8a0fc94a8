package io.gaia.sdk.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gaia.sdk.AddedJob;
import io.gaia.sdk.Argument;
import io.gaia.sdk.EndedRun;
import io.gaia.sdk.ExitPipelineException;
import io.gaia.sdk.Job;
import io.gaia.sdk.StartedRun;
import io.gaia.sdk.internal.program.Program;
import io.gaia.sdk.internal.protocol.ProgramProtocol;
import io.gaia.sdk.internal.wire.Message;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.lang.Thread.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gaia.program.v1} over mutual TLS. */
class ProgramServiceTest {
    private static final int LINES = 2_000;
    private static final int SUCCEEDED = 0;
    private static final int FAILED = 1;
    private static final int EXIT_PIPELINE = 2;
    private static final int SKIPPED = 3;
    private static final int CANCELLED = 4;

    private static final AtomicReference<Thread> FLOODER = new AtomicReference<>();
    private static final CountDownLatch FLOODED = new CountDownLatch(1);
    private static final CountDownLatch BROKEN_OFF = new CountDownLatch(1);

    private static final Job PART = Job.named("Part")
            .onDemand()
            .arguments(Argument.number("index"))
            .runs(context -> context.setOutput("title", context.title()));
    private static final Job GREET = Job.named("Greet")
            .description("Says hello")
            .arguments(
                    Argument.text("name").describedAs("Who").defaultsTo("world"),
                    Argument.choice("tone", "calm", "wild").required())
            .attempts(3)
            .timeout(Duration.ofSeconds(2))
            .runs(context -> {
                context.log().debug("to be said");
                context.log().warn("hello " + context.arguments().getString("name"));
                context.setOutput("before", context.output("BUILD", "image"));
                context.setOutput("none", context.output("Build", "nothing"));
                context.setOutput("run", context.run());
                context.setOutput("pipeline", context.pipeline());
                context.setOutput("attempt", context.attempt());
            });
    private static final List<Job> JOBS = List.of(
            Job.named("Build").runs(context -> {}),
            GREET,
            PART,
            Job.named("After").dependsOn(GREET).runs(context -> {}),
            Job.named("Fail").runs(context -> {
                throw new LinkageError("no exception, but an error");
            }),
            Job.named("Exit").runs(context -> {
                throw new ExitPipelineException("enough");
            }),
            Job.named("Skip").when(context -> context.attempt() > 5, "not today").runs(context -> {}),
            Job.named("Grow").runs(context -> {
                AddedJob first = context.add(PART, "Part 1").argument("index", 1);
                context.add(PART, "Part 2").argument("index", 2).dependsOn(first).dependsOn("Grow");
            }),
            Job.named("Call").runs(context -> {
                StartedRun started = context.start("other", Map.of("x", 1));
                EndedRun ended = started.await();
                context.setOutput("told", started.id() + " " + ended.status() + " " + ended.output("answer"));
            }),
            Job.named("Wait").runs(context -> {
                context.log().info("waiting");
                new CountDownLatch(1).await();
            }),
            Job.named("Broken off").runs(context -> {
                context.log().info("waiting");
                try {
                    new CountDownLatch(1).await();
                } finally {
                    BROKEN_OFF.countDown();
                }
            }),
            Job.named("Flood").runs(context -> {
                FLOODER.set(Thread.currentThread());
                for (int line = 0; line < LINES; line++) {
                    context.log().info(line + " " + "x".repeat(10_000));
                }
                FLOODED.countDown();
            }));

    @TempDir
    private static Path folder;

    private static PluginServer server;
    private static TestHost host;

    @BeforeAll
    static void open() throws Exception {
        TestAuthority authority = new TestAuthority();
        server = PluginServer.open(new Program(JOBS), authority.environment(folder));
        host = new TestHost(server.handshake(), authority, authority.issue());
    }

    @AfterAll
    static void close() {
        host.close();
        server.close();
    }

    @Test
    void describesAllJobs() throws Exception {
        Message description = host.describe();
        assertEquals(0, description.number("max_parallel"));
        assertEquals(JOBS.size(), description.messages("jobs").size());

        Message greet = description.messages("jobs").get(1);
        assertEquals(Program.idOf(GREET), greet.number("id"));
        assertEquals("Greet", greet.text("title"));
        assertEquals("Says hello", greet.text("description"));
        assertEquals(3, greet.number("attempts"));
        assertEquals(2000, greet.number("timeout_ms"));
        Message name = greet.messages("arguments").get(0);
        assertEquals("name", name.text("key"));
        assertEquals("Who", name.text("description"));
        assertEquals("world", name.text("default_value"));
        Message tone = greet.messages("arguments").get(1);
        assertEquals(4, tone.number("type"));
        assertEquals(List.of("calm", "wild"), tone.texts("choices"));
        assertTrue(tone.bool("required"));
        assertTrue(description.messages("jobs").get(2).bool("on_demand"));
        assertEquals(List.of(Program.idOf(GREET)), description.messages("jobs").get(3).numbers("depends_on"));
    }

    @Test
    void namesTheVersionOfItsProject() throws Exception {
        String pom = Files.readString(Path.of("pom.xml"));
        String version = pom.substring(pom.indexOf("<version>") + 9, pom.indexOf("</version>"));
        assertEquals("gaia-java/" + version, host.describe().text("sdk"));
    }

    @Test
    void performsWithArgumentsAndOutputsAndTellsLogAndOutputs() throws Exception {
        Message outputs =
                new Message(ProgramProtocol.OUTPUTS).set("values", Map.of("image", "{\"tag\": [1, 2.5, null]}"));
        List<Message> messages = host.perform(start("Greet")
                        .set("arguments", Map.of("name", "ü", "tone", "calm"))
                        .set("outputs", Map.of("Build", outputs))
                        .set("run", "r1")
                        .set("pipeline", "shop")
                        .set("attempt", 2))
                .rest();

        assertEquals(3, messages.size());
        assertEquals(0, messages.get(0).message("log").number("level"));
        assertEquals("to be said", messages.get(0).message("log").text("text"));
        assertEquals(2, messages.get(1).message("log").number("level"));
        assertEquals("hello ü", messages.get(1).message("log").text("text"));
        Message result = messages.get(2).message("result");
        assertEquals(SUCCEEDED, result.number("outcome"));
        assertEquals(
                Map.of(
                        "before", "{\"tag\":[1,2.5,null]}",
                        "none", "null",
                        "run", "\"r1\"",
                        "pipeline", "\"shop\"",
                        "attempt", "2"),
                result.textMap("outputs"));
    }

    @Test
    void outputsThatAreNoJsonAreRefused() {
        Message outputs = new Message(ProgramProtocol.OUTPUTS).set("values", Map.of("image", "{"));
        TestCall call = host.perform(start("Greet").set("outputs", Map.of("Build", outputs)));
        StatusRuntimeException refused = assertThrows(StatusRuntimeException.class, call::rest);
        assertEquals(Status.Code.INVALID_ARGUMENT, refused.getStatus().getCode());
    }

    @Test
    void aRequiredArgumentIsAskedFor() throws Exception {
        Message result = resultOf(start("Greet"));
        assertEquals(FAILED, result.number("outcome"));
        assertEquals("argument \"tone\" is required, and not given", result.text("message"));
    }

    @Test
    void aFailureHasItsTraceInTheLog() throws Exception {
        List<Message> messages = host.perform(start("Fail")).rest();
        Message log = messages.get(0).message("log");
        assertEquals(3, log.number("level"));
        assertTrue(log.text("text").startsWith("java.lang.LinkageError: no exception, but an error\n\tat "));
        Message result = messages.get(1).message("result");
        assertEquals(FAILED, result.number("outcome"));
        assertEquals("no exception, but an error", result.text("message"));
    }

    @Test
    void exitAndSkipAreOutcomesOfTheirOwn() throws Exception {
        Message exit = resultOf(start("Exit"));
        assertEquals(EXIT_PIPELINE, exit.number("outcome"));
        assertEquals("enough", exit.text("message"));
        Message skip = resultOf(start("Skip"));
        assertEquals(SKIPPED, skip.number("outcome"));
        assertEquals("not today", skip.text("message"));
    }

    @Test
    void addedJobsComeWithTheResult() throws Exception {
        List<Message> added = resultOf(start("Grow")).messages("jobs");
        assertEquals(2, added.size());
        assertEquals("Part 1", added.get(0).text("title"));
        assertEquals(Program.idOf(PART), added.get(0).number("job"));
        assertEquals(Map.of("index", "1"), added.get(0).textMap("arguments"));
        assertEquals(List.of("Part 1", "Grow"), added.get(1).texts("depends_on"));
    }

    @Test
    void anAddedJobHasItsOwnTitle() throws Exception {
        assertEquals("\"Part 7\"", resultOf(start("Part").set("title", "Part 7")).textMap("outputs").get("title"));
    }

    @Test
    void anotherPipelineIsStartedAndAwaited() throws Exception {
        TestCall call = host.perform(start("Call"));
        Message first = call.next().message("request");
        assertEquals("other", first.message("start_run").text("pipeline"));
        assertEquals(Map.of("x", "1"), first.message("start_run").textMap("arguments"));
        call.send(answer(999, new Message(ProgramProtocol.RUN).set("id", "nobody asked")));
        call.send(answer(first.number("id"), new Message(ProgramProtocol.RUN).set("id", "r7")));
        Message second = call.next().message("request");
        assertEquals("r7", second.message("await_run").text("run"));
        call.send(answer(
                second.number("id"),
                new Message(ProgramProtocol.RUN)
                        .set("id", "r7")
                        .set("status", "completed")
                        .set("outputs", Map.of("answer", "42"))));
        assertEquals(Map.of("told", "\"r7 completed 42\""), call.next().message("result").textMap("outputs"));
    }

    @Test
    void aRefusedStartFailsTheJobWithItsWords() throws Exception {
        TestCall call = host.perform(start("Call"));
        Message asked = call.next().message("request");
        Message refusal = new Message(ProgramProtocol.ANSWER)
                .set("request", asked.number("id"))
                .set("error", "there is no pipeline \"other\"");
        call.send(new Message(ProgramProtocol.HOST_MESSAGE).set("answer", refusal));
        List<Message> messages = call.rest();
        assertEquals(
                "there is no pipeline \"other\"", messages.get(messages.size() - 1).message("result").text("message"));
    }

    @Test
    void aHostThatAnswersNoMoreFailsTheJob() throws Exception {
        TestCall call = host.perform(start("Call"));
        call.next();
        List<Message> messages = call.rest();
        assertEquals(
                "the host has ended the call, and answers no more",
                messages.get(messages.size() - 1).message("result").text("message"));
    }

    @Test
    void cancellingInterruptsTheJob() throws Exception {
        TestCall call = host.perform(start("Wait"));
        assertEquals("waiting", call.next().message("log").text("text"));
        Message cancel = new Message(ProgramProtocol.CANCEL).set("reason", "run_stopped").set("grace_ms", 1000);
        call.send(new Message(ProgramProtocol.HOST_MESSAGE).set("cancel", cancel));
        Message result = call.next().message("result");
        assertEquals(CANCELLED, result.number("outcome"));
        assertEquals("run_stopped", result.text("message"));
    }

    @Test
    void aStreamThatIsBrokenOffCancelsTheJob() throws Exception {
        TestCall call = host.perform(start("Broken off"));
        call.next();
        call.cancel();
        assertTrue(BROKEN_OFF.await(1, TimeUnit.MINUTES));
    }

    @Test
    void aJobThatLogsFasterThanItsHostReadsWaits() throws Exception {
        TestCall call = host.performSlowly(start("Flood"));
        call.next();
        // It ends in a wait whichever way it goes: for its host within the job, or for the next job after it.
        while (FLOODER.get().getState() != State.WAITING && FLOODER.get().getState() != State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertEquals(1, FLOODED.getCount());
        call.request(Integer.MAX_VALUE);
        List<Message> messages = call.rest();
        assertEquals(LINES, messages.size());
        List<String> numbers = new ArrayList<>();
        messages.subList(0, LINES - 1).forEach(line -> numbers.add(line.message("log").text("text").split(" ")[0]));
        for (int line = 1; line < LINES; line++) {
            assertEquals(String.valueOf(line), numbers.get(line - 1));
        }
        assertEquals(SUCCEEDED, messages.get(LINES - 1).message("result").number("outcome"));
    }

    @Test
    void whatIsNoProtocolIsRefused() throws Exception {
        Message cancel = new Message(ProgramProtocol.HOST_MESSAGE).set("cancel", new Message(ProgramProtocol.CANCEL));
        assertRefused(Status.Code.INVALID_ARGUMENT, host.performNothing().send(cancel));
        assertRefused(Status.Code.INVALID_ARGUMENT, host.performNothing());
        assertRefused(Status.Code.NOT_FOUND, host.perform(new Message(ProgramProtocol.START).set("job", 1)));
        TestCall twice = host.perform(start("Wait"));
        twice.next();
        twice.send(new Message(ProgramProtocol.HOST_MESSAGE).set("start", start("Wait")));
        assertRefused(Status.Code.INVALID_ARGUMENT, twice);
    }

    private static void assertRefused(Status.Code code, TestCall call) {
        StatusRuntimeException refused = assertThrows(StatusRuntimeException.class, call::rest);
        assertEquals(code, refused.getStatus().getCode());
    }

    private static Message resultOf(Message start) throws Exception {
        List<Message> messages = host.perform(start).rest();
        return messages.get(messages.size() - 1).message("result");
    }

    private static Message answer(long request, Message run) {
        Message answer = new Message(ProgramProtocol.ANSWER).set("request", request).set("run", run);
        return new Message(ProgramProtocol.HOST_MESSAGE).set("answer", answer);
    }

    private static Message start(String title) {
        long id = Program.idOf(Job.named(title).runs(context -> {}));
        return new Message(ProgramProtocol.START).set("job", id).set("title", title).set("attempt", 1);
    }
}
