package conformance;

import static io.gaia.sdk.Argument.bool;
import static io.gaia.sdk.Argument.choice;
import static io.gaia.sdk.Argument.number;
import static io.gaia.sdk.Argument.text;
import static io.gaia.sdk.Argument.textarea;
import static io.gaia.sdk.Argument.vault;

import io.gaia.sdk.AddedJob;
import io.gaia.sdk.Arguments;
import io.gaia.sdk.Context;
import io.gaia.sdk.EndedRun;
import io.gaia.sdk.ExitPipelineException;
import io.gaia.sdk.Gaia;
import io.gaia.sdk.Job;
import io.gaia.sdk.StartedRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The program of ../../conformance/README.md. */
public final class Conformance {
    private static final AtomicInteger READS = new AtomicInteger();

    private static final Job GREET = Job.named("Greet")
            .description("Says hello")
            .arguments(
                    text("name").describedAs("Who is greeted").defaultsTo("world"),
                    textarea("note"),
                    bool("loud").defaultsTo(false),
                    number("times").defaultsTo(2),
                    choice("tone", "calm", "wild").defaultsTo("calm"),
                    vault("TOKEN"))
            .runs(Conformance::greet);
    private static final Job PART =
            Job.named("Part").onDemand().arguments(number("index"), vault("TOKEN")).runs(Conformance::part);
    private static final Job SUM = Job.named("Sum").onDemand().runs(Conformance::sum);

    private Conformance() {}

    public static void main(String[] commandLine) {
        if (System.getenv("CONFORMANCE_NOISE") != null) {
            System.out.println("too early");
        }
        Gaia.serve(
                commandLine,
                GREET,
                Job.named("Read").dependsOn(GREET).runs(Conformance::read),
                Job.named("Levels").runs(Conformance::levels),
                Job.named("Needs")
                        .arguments(text("what").required())
                        .runs(context -> context.setOutput("what", context.arguments().getString("what"))),
                Job.named("Fail").runs(context -> {
                    throw new IllegalStateException("it broke: ☃");
                }),
                Job.named("Flaky").attempts(2).runs(Conformance::flaky),
                Job.named("Exit").runs(context -> {
                    throw new ExitPipelineException("enough");
                }),
                Job.named("Throw").runs(context -> {
                    throw new Error("an error, and no exception");
                }),
                Job.named("Skip").when(context -> false, "not today").runs(context -> {}),
                Job.named("Grow").arguments(number("parts").defaultsTo(2)).runs(Conformance::grow),
                PART,
                SUM,
                Job.named("Wait").runs(Conformance::await),
                Job.named("Stubborn").timeout(Duration.ofMillis(300)).runs(Conformance::stubborn),
                Job.named("Crash").runs(context -> System.exit(7)),
                Job.named("Sleep")
                        .arguments(number("ms").defaultsTo(200))
                        .runs(context -> Thread.sleep(context.arguments().getLong("ms"))),
                Job.named("Noise").runs(Conformance::noise),
                Job.named("Child").runs(Conformance::child),
                Job.named("Call").arguments(text("pipeline").defaultsTo("other")).runs(Conformance::call),
                Job.named("Größe ☃").arguments(text("wert").defaultsTo("ü")).runs(context -> {
                    context.setOutput("wert", context.arguments().getString("wert"));
                    context.setOutput("title", context.title());
                }),
                Job.named("Slow").timeout(Duration.ofMillis(300)).runs(context -> new CountDownLatch(1).await()));
    }

    private static void greet(Context context) {
        Arguments arguments = context.arguments();
        String greeting = "hello " + arguments.getString("name");
        context.log().info(greeting);
        context.setOutput("greeting", greeting);
        context.setOutput("note", arguments.getString("note"));
        context.setOutput("times", arguments.getInt("times"));
        context.setOutput("loud", arguments.getBoolean("loud"));
        context.setOutput("tone", arguments.getString("tone"));
        context.setOutput("token_length", tokenLength(arguments));
    }

    private static int tokenLength(Arguments arguments) {
        String token = arguments.getString("TOKEN");
        return token.codePointCount(0, token.length());
    }

    private static void read(Context context) {
        context.setOutput("echo", context.output(GREET, "greeting"));
        context.setOutput("count", READS.incrementAndGet());
    }

    private static void levels(Context context) {
        context.log().debug("a debug line");
        context.log().info("an info line");
        context.log().warn("a warning");
        context.log().error("an error");
        context.log().info("two\nlines");
    }

    private static void flaky(Context context) {
        if (context.attempt() == 1) {
            throw new IllegalStateException("not yet");
        }
    }

    private static void grow(Context context) {
        int parts = context.arguments().getInt("parts");
        List<AddedJob> added = new ArrayList<>();
        for (int index = 1; index <= parts; index++) {
            added.add(context.add(PART, "Part " + index).argument("index", index));
        }
        context.add(SUM, "Join").dependsOn(added);
        context.setOutput("parts", parts);
    }

    private static void part(Context context) {
        context.setOutput("index", context.arguments().getInt("index"));
        context.setOutput("title", context.title());
        context.setOutput("token_length", tokenLength(context.arguments()));
    }

    private static void sum(Context context) {
        long sum = 0;
        for (Map<String, Object> outputs : context.outputs().values()) {
            sum += ((Number) outputs.get("index")).longValue();
        }
        context.setOutput("sum", sum);
    }

    private static void await(Context context) throws InterruptedException {
        context.log().info("waiting");
        new CountDownLatch(1).await();
    }

    private static void stubborn(Context context) {
        context.log().info("waiting");
        while (true) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException ignored) {
                // That is what this job is for.
            }
        }
    }

    private static void noise(Context context) {
        byte[] bytes = {0x00, (byte) 0xFF, (byte) 0xFE, 0x0A};
        System.out.write(bytes, 0, bytes.length);
        System.out.println("on stdout");
        System.err.write(bytes, 0, bytes.length);
        System.err.println("on stderr");
    }

    private static void child(Context context) throws IOException {
        String script = "printf \"$GAIA_PLUGIN_CERT$GAIA_PLUGIN_KEY$GAIA_PLUGIN_CA_CERT\"";
        Process child = new ProcessBuilder("sh", "-c", script).start();
        byte[] printed = child.getInputStream().readAllBytes();
        context.setOutput("certificates", new String(printed, StandardCharsets.UTF_8));
    }

    private static void call(Context context) throws InterruptedException {
        StartedRun started = context.start(context.arguments().getString("pipeline"), Map.of("x", "1"));
        EndedRun ended = started.await();
        context.setOutput("run", started.id());
        context.setOutput("status", ended.status());
        context.setOutput("answer", ended.output("answer"));
    }
}
