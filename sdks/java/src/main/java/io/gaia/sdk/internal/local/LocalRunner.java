package io.gaia.sdk.internal.local;

import io.gaia.sdk.internal.program.Program;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The command line of a program that was started by hand. */
public final class LocalRunner {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private LocalRunner() {}

    /** Does what the command line says, and answers the exit status. */
    public static int run(Program program, String[] words, Map<String, String> environment) {
        PrintStream out = utf8(System.out);
        try {
            CommandLine line = new CommandLine(program, words);
            switch (line.command) {
                case "help":
                    out.print(CommandLine.USAGE);
                    return 0;
                case "list":
                    out.print(Listing.of(program));
                    return 0;
                default:
                    return run(program, line, new Values(line.arguments, environment), new Console(out));
            }
        } catch (UsageException wrong) {
            PrintStream err = utf8(System.err);
            err.print(wrong.getMessage() + "\n" + CommandLine.USAGE);
            return WRONG_USAGE;
        } catch (InterruptedException ended) {
            return FAILED;
        }
    }

    private static int run(Program program, CommandLine line, Values values, Console console)
            throws InterruptedException {
        RunGraph graph = new RunGraph(program, line.jobs, values);
        boolean passed = new LocalRun(graph, program, new OtherPipelines(), console).perform();
        console.summary();
        return passed ? 0 : FAILED;
    }

    /** In UTF-8 whatever the locale is, and flushed with each line. */
    private static PrintStream utf8(PrintStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }
}
