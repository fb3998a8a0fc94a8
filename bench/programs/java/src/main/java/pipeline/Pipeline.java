package pipeline;

import io.gaia.sdk.Gaia;
import io.gaia.sdk.Job;
import java.util.List;

/** Three empty jobs, one behind the other. */
public final class Pipeline {
    private Pipeline() {}

    public static void main(String[] commandLine) {
        Job one = Job.named("One").runs(context -> {});
        Job two = Job.named("Two").dependsOn(one).runs(context -> {});
        Job three = Job.named("Three").dependsOn(two).runs(context -> {});
        Gaia.serve(commandLine, List.of(one, two, three));
    }
}
