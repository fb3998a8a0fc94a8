import io.gaiapipeline.javasdk.*;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;

/** A pipeline on the Java SDK as it is published. */
public class Pipeline {
    private static int count = 0;

    public static void main(String[] arguments) throws Exception {
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
        PipelineJob crashing = job("Crash", "", args -> Runtime.getRuntime().halt(4));
        new Javasdk().Serve(new ArrayList<>(Arrays.asList(counting, failing, exiting, crashing)));
    }

    private static PipelineJob job(String title, String description, Handler handler) {
        PipelineJob job = new PipelineJob();
        job.setTitle(title);
        job.setDescription(description);
        job.setHandler(handler);
        return job;
    }
}
