package io.gaia.sdk.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gaia.sdk.Argument;
import io.gaia.sdk.ExitPipelineException;
import io.gaia.sdk.Job;
import io.gaia.sdk.internal.program.Program;
import io.gaia.sdk.internal.protocol.PluginProtocol;
import io.gaia.sdk.internal.wire.Message;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code proto.Plugin} and mutual TLS, as the original Gaia sees them. */
class PluginServerTest {
    private static final int AT_ONCE = 100;
    private static final CyclicBarrier TOGETHER = new CyclicBarrier(AT_ONCE);
    private static final CountDownLatch INTERRUPTED = new CountDownLatch(1);
    private static final CountDownLatch STARTED = new CountDownLatch(1);

    private static final Job GREET = Job.named("Greet ☃")
            .description("Says hello")
            .arguments(
                    Argument.text("name").describedAs("Who").defaultsTo("world"),
                    Argument.textarea("note"),
                    Argument.bool("loud").defaultsTo(true),
                    Argument.number("times").defaultsTo(2),
                    Argument.choice("tone", "calm", "wild").defaultsTo("calm"),
                    Argument.vault("TOKEN"))
            .runs(context -> {
                context.setOutput("ignored", 1);
                if (!context.arguments().getString("name").equals("world")) {
                    throw new IllegalArgumentException(context.arguments().asText().toString());
                }
            });
    private static final List<Job> JOBS = List.of(
            GREET,
            Job.named("After").dependsOn("greet ☃").runs(context -> {}),
            Job.named("Part").onDemand().runs(context -> {}),
            Job.named("Exit").runs(context -> {
                throw new ExitPipelineException("enough");
            }),
            Job.named("Skip").when(context -> false, "not today").runs(context -> {}),
            Job.named("Grow").runs(context -> context.add(GREET, "More")),
            Job.named("Call").runs(context -> context.start("other", Map.of())),
            Job.named("Large").arguments(Argument.text("text")).runs(context -> {
                throw new Exception("☃".repeat(context.arguments().getString("text").length()));
            }),
            Job.named("Together").runs(context -> TOGETHER.await(1, TimeUnit.MINUTES)),
            Job.named("Deaf").timeout(Duration.ofMillis(100)).runs(context -> {
                while (true) {
                    LockSupport.park();
                }
            }),
            Job.named("Wait").runs(context -> {
                STARTED.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException interrupted) {
                    INTERRUPTED.countDown();
                    throw interrupted;
                }
            }));

    @TempDir
    private static Path folder;

    private static TestAuthority authority;
    private static PluginServer server;
    private static TestHost host;

    @BeforeAll
    static void open() throws Exception {
        authority = new TestAuthority();
        server = PluginServer.open(new Program(JOBS), authority.environment(folder));
        host = new TestHost(server.handshake(), authority, authority.issue());
    }

    @AfterAll
    static void close() {
        host.close();
        server.close();
    }

    @Test
    void theHandshakeIsThatOfThePublishedSdks() {
        assertTrue(server.handshake().matches("1\\|2\\|tcp\\|127\\.0\\.0\\.1:\\d+\\|grpc\n"), server.handshake());
    }

    @Test
    void jobsComeInTheAuthorsOrderWithoutThoseOnDemand() throws Exception {
        List<Message> jobs = host.jobs();
        List<String> titles = new ArrayList<>();
        jobs.forEach(job -> titles.add(job.text("title")));
        assertEquals(
                List.of("Greet ☃", "After", "Exit", "Skip", "Grow", "Call", "Large", "Together", "Deaf", "Wait"), titles);

        Message greet = jobs.get(0);
        assertEquals(Program.idOf(GREET), greet.number("unique_id"));
        assertEquals("Says hello", greet.text("description"));
        assertFalse(greet.has("interaction"));
        assertEquals(List.of(Program.idOf(GREET)), jobs.get(1).numbers("dependson"));
        List<String> arguments = new ArrayList<>();
        for (Message argument : greet.messages("args")) {
            arguments.add(String.join(
                    "/",
                    argument.text("key"),
                    argument.text("type"),
                    argument.text("value"),
                    argument.text("description")));
        }
        assertEquals(
                List.of(
                        "name/textfield/world/Who",
                        "note/textarea//",
                        "loud/boolean/true/",
                        "times/textfield/2/",
                        "tone/textfield/calm/",
                        "TOKEN/vault//"),
                arguments);
    }

    @Test
    void aSuccessIsAnEmptyResult() throws Exception {
        assertEquals(0, host.execute(call("Greet ☃")).toBytes().length);
        assertEquals(0, host.execute(call("Greet ☃", "name", "world", "unknown", "x")).toBytes().length);
    }

    @Test
    void aFailureSaysWhy() throws Exception {
        Message result = host.execute(call("Greet ☃", "unknown", "1", "name", "ü", "loud", ""));
        assertTrue(result.bool("failed"));
        assertTrue(result.bool("exit_pipeline"));
        assertEquals(Program.idOf(GREET), result.number("unique_id"));
        assertEquals("{unknown=1, name=ü, loud=true, times=2, tone=calm}", result.text("message"));
    }

    @Test
    void anExitIsNoFailure() throws Exception {
        Message result = host.execute(call("Exit"));
        assertFalse(result.bool("failed"));
        assertTrue(result.bool("exit_pipeline"));
        assertEquals("enough", result.text("message"));
    }

    @Test
    void skippedIsASuccess() throws Exception {
        assertEquals(0, host.execute(call("Skip")).toBytes().length);
    }

    @Test
    void whatTheOldProtocolCannotSayIsAFailureThatNamesTheGaia() throws Exception {
        String needs = " needs Gaia 0.1 or newer, which calls gaia.program.v1; this Gaia calls proto.Plugin";
        assertEquals("adding jobs at run time" + needs, host.execute(call("Grow")).text("message"));
        assertEquals("starting another pipeline" + needs, host.execute(call("Call")).text("message"));
    }

    @Test
    void anUnknownIdIsNotFound() {
        StatusRuntimeException refused = assertThrows(
                StatusRuntimeException.class, () -> host.execute(new Message(PluginProtocol.JOB).set("unique_id", 7)));
        assertEquals(Status.Code.NOT_FOUND, refused.getStatus().getCode());
        assertEquals("The program has no job with the id 7.", refused.getStatus().getDescription());
    }

    @Test
    void aRequestThatIsNoMessageIsRefusedAndTheNextIsServed() throws Exception {
        assertThrows(StatusRuntimeException.class, () -> host.executeBytes(new byte[] {0x0A}));
        assertEquals(0, host.execute(call("Greet ☃")).toBytes().length);
    }

    @Test
    void requestsHaveNoLimitAndMessagesAreCut() throws Exception {
        String large = "x".repeat(6 * 1024 * 1024);
        assertEquals("☃".repeat(64 * 1024 / 3), host.execute(call("Large", "text", large)).text("message"));
    }

    @Test
    void jobsRunAtTheSameTime() throws Exception {
        List<TestCall> calls = new ArrayList<>();
        for (int index = 0; index < AT_ONCE; index++) {
            calls.add(host.beginExecute(call("Together")));
        }
        for (TestCall call : calls) {
            assertEquals(0, call.rest().get(0).toBytes().length);
        }
    }

    @Test
    void aCallThatIsBrokenOffInterruptsItsJob() throws Exception {
        TestCall call = host.beginExecute(call("Wait"));
        assertTrue(STARTED.await(1, TimeUnit.MINUTES));
        call.cancel();
        assertTrue(INTERRUPTED.await(1, TimeUnit.MINUTES));
    }

    @Test
    void aJobThatIgnoresItsTimeoutIsLeftBehind() throws Exception {
        Message result = host.execute(call("Deaf"));
        assertTrue(result.bool("failed"));
        assertTrue(result.text("message").startsWith("timed out after 100 ms"), result.text("message"));
    }

    @Test
    void healthIsServingAsAWholeAndByTheNameOfGoPlugin() throws Exception {
        assertEquals(1, host.check("").number("status"));
        assertEquals(1, host.check("plugin").number("status"));
        StatusRuntimeException unknown = assertThrows(StatusRuntimeException.class, () -> host.check("other"));
        assertEquals(Status.Code.NOT_FOUND, unknown.getStatus().getCode());
    }

    @Test
    void bothVersionsOfTlsAreSpoken() throws Exception {
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            try (TestHost other = new TestHost(server.handshake(), authority, authority.issue(), version)) {
                assertEquals(10, other.jobs().size());
            }
        }
    }

    @Test
    void theCertificatesOfTheOriginalAreTaken(@TempDir Path files) throws Exception {
        TestAuthority original = TestAuthority.original();
        try (PluginServer other = PluginServer.open(new Program(JOBS), original.environment(files));
                TestHost served = new TestHost(other.handshake(), original, original.issue());
                TestHost stranger = new TestHost(other.handshake(), original, authority.issue())) {
            assertEquals(10, served.jobs().size());
            assertUnavailable(stranger);
        }
    }

    @Test
    void strangersAreTurnedAway() throws Exception {
        TestAuthority another = new TestAuthority();
        try (TestHost nobody = new TestHost(server.handshake(), authority, null);
                TestHost stranger = new TestHost(server.handshake(), authority, another.issue())) {
            assertUnavailable(nobody);
            assertUnavailable(stranger);
        }
        assertEquals(10, host.jobs().size());
    }

    private static void assertUnavailable(TestHost refused) {
        StatusRuntimeException thrown = assertThrows(StatusRuntimeException.class, refused::jobs);
        assertEquals(Status.Code.UNAVAILABLE, thrown.getStatus().getCode());
    }

    private static Message call(String title, String... pairs) {
        Message call = new Message(PluginProtocol.JOB)
                .set("unique_id", Program.idOf(Job.named(title).runs(context -> {})));
        for (int index = 0; index < pairs.length; index += 2) {
            call.add(
                    "args",
                    new Message(PluginProtocol.ARGUMENT).set("key", pairs[index]).set("value", pairs[index + 1]));
        }
        return call;
    }
}
