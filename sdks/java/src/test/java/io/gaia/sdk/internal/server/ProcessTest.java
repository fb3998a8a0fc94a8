package io.gaia.sdk.internal.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gaia.sdk.Job;
import io.gaia.sdk.internal.program.Program;
import io.gaia.sdk.internal.protocol.PluginProtocol;
import io.gaia.sdk.internal.wire.Message;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs as processes: started by Gaia, and by hand. */
class ProcessTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void leaveNothingBehind() {
        started.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    @Test
    void servesAfterItsHandshakeWhateverJobsPrint() throws Exception {
        TestAuthority authority = new TestAuthority();
        Process program = start("pipelines.ProcessPipeline", authority.environment(folder));
        try (TestHost host = connect(program, authority)) {
            assertEquals(4, host.jobs().size());
            assertEquals(0, host.execute(call("Greet", "name", "ü")).toBytes().length);
            assertEquals("it broke", host.execute(call("Fail")).text("message"));
        }
        program.toHandle().destroy();
        List<String> log = linesOf(program);
        assertEquals(List.of("WARN hello ü", "WARN and ☃"), log.subList(0, 2));
        assertEquals("ERROR java.lang.IllegalStateException: it broke", log.get(2));
        assertTrue(log.stream().allMatch(line -> line.matches("(WARN|ERROR) .*")), log.toString());
    }

    @Test
    void endsAtOnceWhenItIsToldToWithWhatItsJobsStarted() throws Exception {
        TestAuthority authority = new TestAuthority();
        Process program = start("pipelines.ProcessPipeline", authority.environment(folder));
        Path file = folder.resolve("child");
        try (TestHost host = connect(program, authority)) {
            host.beginExecute(call("Sleeper", "file", file.toString()));
            awaitFile(file);
        }
        ProcessHandle child = ProcessHandle.of(Long.parseLong(Files.readString(file))).orElseThrow();
        program.toHandle().destroy();
        assertTrue(program.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(128 + 15, program.exitValue());
        child.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void aJobThatEndsTheProcessEndsItWithItsStatus() throws Exception {
        TestAuthority authority = new TestAuthority();
        Process program = start("pipelines.ProcessPipeline", authority.environment(folder));
        try (TestHost host = connect(program, authority)) {
            StatusRuntimeException lost =
                    assertThrows(StatusRuntimeException.class, () -> host.execute(call("Crash")));
            assertEquals(Status.Code.UNAVAILABLE, lost.getStatus().getCode());
        }
        assertTrue(program.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(7, program.exitValue());
    }

    @Test
    void filesThatAreMissingOrWrongAreNamed() throws Exception {
        Map<String, String> environment = new TestAuthority().environment(folder);
        Path key = Path.of(environment.get("GAIA_PLUGIN_KEY"));
        Files.writeString(key, "-----BEGIN EC PRIVATE KEY-----\n");
        assertEquals(
                List.of("The file " + key + " of GAIA_PLUGIN_KEY is no PKCS#8 key (-----BEGIN PRIVATE KEY-----)."),
                refusal(environment));
        Path authority = Path.of(environment.get("GAIA_PLUGIN_CA_CERT"));
        Files.writeString(authority, "");
        assertEquals(
                List.of("The file " + authority + " of GAIA_PLUGIN_CA_CERT has no certificate in it."),
                refusal(environment));
        Path own = Path.of(environment.get("GAIA_PLUGIN_CERT"));
        Files.delete(own);
        assertEquals(List.of("The file " + own + " of GAIA_PLUGIN_CERT does not exist."), refusal(environment));
    }

    @Test
    void jobsThatAreNoPipelineEndItBeforeTheHandshake() throws Exception {
        Process program = start("pipelines.InvalidPipeline", new TestAuthority().environment(folder));
        assertEquals(List.of("Jobs depend on each other in a circle: A → B → A."), linesOf(program));
        assertEquals(2, program.waitFor());
        assertEquals(0, program.getInputStream().readAllBytes().length);
    }

    @Test
    void byHandItRunsListsAndRefuses() throws Exception {
        Process run = start("pipelines.ProcessPipeline", Map.of("TOKEN", "abc"), "run", "--job", "fail");
        String printed = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(printed.contains("Greet: WARN hello wörld\nGreet: WARN and ☃\n"), printed);
        assertTrue(printed.contains("Greet: output token = \"abc\"\n"), printed);
        assertTrue(printed.endsWith("2 jobs, 1 failed: Fail\n"), printed);
        assertEquals(1, run.waitFor());

        Process greet = start("pipelines.ProcessPipeline", Map.of(), "run", "--arg", "name=x", "--job", "greet");
        assertTrue(new String(greet.getInputStream().readAllBytes(), StandardCharsets.UTF_8).contains("hello x\n"));
        assertEquals(0, greet.waitFor());

        Process nothing = start("pipelines.ProcessPipeline", Map.of());
        assertTrue(linesOf(nothing).get(0).startsWith("Say what to do: "));
        assertEquals(2, nothing.waitFor());
    }

    /** What a program that cannot serve says. */
    private List<String> refusal(Map<String, String> environment) throws Exception {
        Process program = start("pipelines.ProcessPipeline", environment);
        List<String> lines = linesOf(program);
        assertEquals(1, program.waitFor());
        return lines;
    }

    private Process start(String main, Map<String, String> environment, String... words) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java, "-cp", System.getProperty("java.class.path"), main));
        command.addAll(Arrays.asList(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        // A locale that knows ASCII alone: logs have to be UTF-8 all the same.
        builder.environment().keySet().removeIf(name -> name.startsWith("GAIA_") || name.startsWith("LC_"));
        builder.environment().put("LANG", "C");
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        started.add(process);
        return process;
    }

    private static TestHost connect(Process program, TestAuthority authority) throws IOException {
        String handshake = new BufferedReader(
                        new InputStreamReader(program.getInputStream(), StandardCharsets.US_ASCII))
                .readLine();
        assertFalse(handshake == null, "the program ended without a handshake");
        return new TestHost(handshake, authority, authority.issue());
    }

    /** All that a program writes to stderr until it ends. */
    private static List<String> linesOf(Process program) throws IOException {
        String text = new String(program.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return Arrays.asList(text.split("\n"));
    }

    private static void awaitFile(Path file) throws Exception {
        try (WatchService watch = file.getFileSystem().newWatchService()) {
            file.getParent().register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            while (!Files.exists(file)) {
                watch.poll(1, TimeUnit.SECONDS);
            }
        }
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
