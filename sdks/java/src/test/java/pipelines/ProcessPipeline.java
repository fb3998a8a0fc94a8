package pipelines;

import io.gaia.sdk.Argument;
import io.gaia.sdk.Gaia;
import io.gaia.sdk.Job;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A program that tests start as a process. */
public final class ProcessPipeline {
    private ProcessPipeline() {}

    public static void main(String[] commandLine) {
        Gaia.serve(
                commandLine,
                Job.named("Greet")
                        .description("Says hello")
                        .arguments(Argument.text("name").defaultsTo("wörld"), Argument.vault("TOKEN"))
                        .runs(context -> {
                            System.out.write(new byte[] {0, -1, -2, '\n'}, 0, 4);
                            System.out.println("on stdout");
                            context.log().warn("hello " + context.arguments().getString("name") + "\nand ☃");
                            context.setOutput("token", context.arguments().getString("TOKEN"));
                        }),
                Job.named("Fail").dependsOn("Greet").runs(context -> {
                    throw new IllegalStateException("it broke");
                }),
                Job.named("Sleeper").arguments(Argument.text("file")).runs(context -> {
                    Process child = new ProcessBuilder("sleep", "600").start();
                    Path file = Path.of(context.arguments().getString("file"));
                    Files.writeString(file.resolveSibling("part"), String.valueOf(child.pid()));
                    Files.move(file.resolveSibling("part"), file);
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException ignored) {
                        new CountDownLatch(1).await();
                    }
                }),
                Job.named("Crash").runs(context -> System.exit(7)));
    }
}
