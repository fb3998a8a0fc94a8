package pipeline;

import io.gaia.sdk.Argument;
import io.gaia.sdk.Context;
import io.gaia.sdk.Gaia;
import io.gaia.sdk.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Measures a folder, and keeps the report when it is told where. */
public final class Pipeline {
    static final Job MEASURE = Job.named("Measure")
            .description("Counts files and their bytes")
            .arguments(Argument.text("folder").describedAs("What is measured").defaultsTo("."))
            .runs(Pipeline::measure);

    static final Job REPORT = Job.named("Report")
            .description("Says it in a sentence")
            .dependsOn(MEASURE)
            .runs(Pipeline::report);

    static final Job SAVE = Job.named("Save")
            .description("Writes the sentence to a file")
            .dependsOn(REPORT)
            .arguments(Argument.text("file").describedAs("Where it is kept"))
            .when(context -> !context.arguments().getString("file").isEmpty(), "no file is given")
            .runs(Pipeline::save);

    private Pipeline() {}

    static List<Job> jobs() {
        return List.of(MEASURE, REPORT, SAVE);
    }

    public static void main(String[] commandLine) {
        Gaia.serve(commandLine, jobs());
    }

    private static void measure(Context context) throws IOException {
        Path folder = Path.of(context.arguments().getString("folder"));
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).collect(Collectors.toList());
        }
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        context.log().info("measured " + folder.toAbsolutePath().normalize());
        context.setOutput("files", files.size());
        context.setOutput("bytes", bytes);
    }

    private static void report(Context context) {
        String sentence = context.output(MEASURE, "files") + " files, " + context.output(MEASURE, "bytes") + " bytes";
        context.log().info(sentence);
        context.setOutput("sentence", sentence);
    }

    private static void save(Context context) throws IOException {
        Path file = Path.of(context.arguments().getString("file"));
        Files.writeString(file, context.output(REPORT, "sentence") + "\n");
        context.log().info("wrote " + file);
    }
}
