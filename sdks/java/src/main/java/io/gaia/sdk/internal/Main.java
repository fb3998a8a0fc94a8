package io.gaia.sdk.internal;

import io.gaia.sdk.InvalidPipelineException;
import io.gaia.sdk.Job;
import io.gaia.sdk.internal.local.LocalRunner;
import io.gaia.sdk.internal.program.Program;
import io.gaia.sdk.internal.server.ErrorStream;
import io.gaia.sdk.internal.server.PluginServer;
import io.gaia.sdk.internal.server.StartException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;

/** Chooses between serving Gaia and running by hand. */
public final class Main {
    private static final int FAILED = 1;
    private static final int INVALID = 2;

    private Main() {}

    /** Does what a program is started for, and answers the process's exit status. */
    public static int run(Collection<Job> jobs, String[] commandLine, Map<String, String> environment) {
        Program program;
        try {
            program = new Program(jobs);
        } catch (InvalidPipelineException invalid) {
            ErrorStream.write(invalid.getMessage() + "\n");
            return INVALID;
        }
        if (environment.getOrDefault("GAIA_PLUGIN_CERT", "").isEmpty()) {
            return LocalRunner.run(program, commandLine, environment);
        }
        return serve(program, environment);
    }

    private static int serve(Program program, Map<String, String> environment) {
        try (PluginServer server = PluginServer.open(program, environment)) {
            Runtime.getRuntime().addShutdownHook(new Thread(Main::endChildren));
            byte[] handshake = server.handshake().getBytes(StandardCharsets.US_ASCII);
            System.out.write(handshake, 0, handshake.length);
            System.out.flush();
            server.await();
            return 0;
        } catch (StartException refused) {
            ErrorStream.write(refused.getMessage() + "\n");
            return FAILED;
        } catch (InterruptedException ended) {
            return FAILED;
        }
    }

    /** Processes that jobs have started end with the program. */
    private static void endChildren() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
    }
}
