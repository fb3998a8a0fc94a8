package pipelines;

import io.gaia.sdk.Gaia;
import io.gaia.sdk.Job;

/** A program that is none. */
public final class InvalidPipeline {
    private InvalidPipeline() {}

    public static void main(String[] commandLine) {
        Gaia.serve(
                commandLine,
                Job.named("A").dependsOn("B").runs(context -> {}),
                Job.named("B").dependsOn("a").runs(context -> {}));
    }
}
