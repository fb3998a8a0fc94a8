package io.gaia.sdk.internal.local;

import io.gaia.sdk.Arguments;
import io.gaia.sdk.Job;
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
            throws UsageException, InterruptedException {
        RunGraph graph = new RunGraph(program, line.jobs, values);
        for (Node node : graph.nodes()) {
            checkGiven(node.job, node.arguments);
        }
        boolean passed = new LocalRun(graph, program, new OtherPipelines(), console).perform();
        console.summary();
        return passed ? 0 : FAILED;
    }

    private static void checkGiven(Job job, Map<String, String> given) throws UsageException {
        for (String key : new Arguments(job.arguments(), given).missing()) {
            throw new UsageException("Job \"" + job.title() + "\" needs a value: --arg " + key + "=VALUE");
        }
    }

    /** In UTF-8 whatever the locale is, and flushed with each line. */
    private static PrintStream utf8(PrintStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }
}
