package pipelines;

import io.gaia.sdk.javasdk.*;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;

/** A pipeline that was written for the published SDK, with its import changed. */
public class PublishedPipeline {
    private static int count = 0;

    public static void main(String[] arguments) throws Exception {
        new Javasdk().Serve(jobs());
    }

    static ArrayList<PipelineJob> jobs() {
        PipelineJob counting = job("Count", "says how often it ran", args -> {
            count++;
            for (PipelineArgument arg : args) {
                System.err.println("count " + count + " " + arg.getKey() + "=" + arg.getValue());
            }
        });
        PipelineArgument name = new PipelineArgument();
        name.setType(InputType.TextFieldInp);
        name.setKey("name");
        name.setDescription("whom to greet");
        counting.setArgs(new ArrayList<>(Collections.singletonList(name)));
        PipelineJob failing = job("Fail", "", args -> {
            throw new Exception("it broke");
        });
        failing.setDependsOn(new ArrayList<>(Collections.singletonList("count")));
        PipelineJob exiting = job("Exit", "", args -> {
            throw new ExitPipelineException("enough");
        });
        exiting.setDependsOn(new ArrayList<>(Collections.singletonList("count")));
        return new ArrayList<>(Arrays.asList(counting, failing, exiting));
    }

    private static PipelineJob job(String title, String description, Handler handler) {
        PipelineJob job = new PipelineJob();
        job.setTitle(title);
        job.setDescription(description);
        job.setHandler(handler);
        return job;
    }
}
