package io.gaia.sdk.internal.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gaia.sdk.Argument;
import io.gaia.sdk.Job;
import io.gaia.sdk.internal.program.Program;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandLineTest {
    private static final Job BUILD = Job.named("Build")
            .description("Compiles")
            .arguments(
                    Argument.text("target").describedAs("What").defaultsTo("all"),
                    Argument.choice("mode", "fast", "slow").required(),
                    Argument.vault("TOKEN"))
            .runs(context -> {});
    private static final Job TEST = Job.named("Test").dependsOn(BUILD).runs(context -> {});
    private static final Job PART = Job.named("Part").onDemand().runs(context -> {});
    private static final Program PROGRAM = new Program(List.of(BUILD, TEST, PART));

    @Test
    void runsAllOrSomeWithArguments() throws Exception {
        assertEquals(List.of(BUILD, TEST), new CommandLine(PROGRAM, words("run")).jobs);
        CommandLine line = new CommandLine(
                PROGRAM, words("run", "--job", "BUILD", "--arg", "target=a=b", "--arg", "mode=", "--job", "Part"));
        assertEquals(List.of(BUILD, PART), line.jobs);
        assertEquals(Map.of("target", "a=b", "mode", ""), line.arguments);
    }

    @Test
    void helpIsACommandAndAnOption() throws Exception {
        for (String word : List.of("help", "--help", "-h")) {
            assertEquals("help", new CommandLine(PROGRAM, words(word)).command);
        }
    }

    @Test
    void whatItDoesNotUnderstandIsNamed() {
        assertRefused("There is no command \"runn\".", "runn");
        assertRefused("\"run\" does not understand \"--jobs\".", "run", "--jobs");
        assertRefused("\"list\" does not understand \"--job\".", "list", "--job", "Build");
        assertRefused("--job wants a value after it.", "run", "--job");
        assertRefused("There is no job \"Buil\": `list` shows them.", "run", "--job", "Buil");
        assertRefused("--arg wants KEY=VALUE, not \"target\".", "run", "--arg", "target");
        assertRefused(
                "No job has an argument \"tarjet\": there are TOKEN, mode, target.", "run", "--arg", "tarjet=x");
    }

    @Test
    void theListTellsAllThatCanBeGiven() {
        assertEquals(
                String.join(
                        "\n",
                        "Build: Compiles",
                        "  --arg target=TEXT  What (default: all)",
                        "  --arg mode=fast|slow (required)",
                        "  --arg TOKEN=VAULT (or the environment variable TOKEN)",
                        "Test",
                        "  after Build",
                        "Part (on demand)",
                        ""),
                Listing.of(PROGRAM));
    }

    private static void assertRefused(String message, String... words) {
        assertEquals(
                message, assertThrows(UsageException.class, () -> new CommandLine(PROGRAM, words)).getMessage());
    }

    private static String[] words(String... words) {
        return words;
    }
}
