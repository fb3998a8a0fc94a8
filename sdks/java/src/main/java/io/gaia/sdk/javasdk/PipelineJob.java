package io.gaia.sdk.javasdk;

import io.gaia.sdk.Context;
import io.gaia.sdk.Job;
import io.gaia.sdk.JobBuilder;
import java.util.ArrayList;
import java.util.Objects;

/** A job: its handler, and titles of the jobs before it. */
public class PipelineJob {
    private Handler handler;
    private String title;
    private String description = "";
    private ArrayList<String> dependsOn = new ArrayList<>();
    private ArrayList<PipelineArgument> args = new ArrayList<>();
    private PipelineManualInteraction interaction;

    public PipelineJob() {}

    public PipelineJob(Handler handler, String title, String description) {
        this.handler = handler;
        this.title = title;
        this.description = description;
    }

    public PipelineJob(
            Handler handler,
            String title,
            String description,
            ArrayList<String> dependsOn,
            ArrayList<PipelineArgument> args) {
        this(handler, title, description);
        this.dependsOn = dependsOn;
        this.args = args;
    }

    public PipelineJob(
            Handler handler,
            String title,
            String description,
            ArrayList<String> dependsOn,
            ArrayList<PipelineArgument> args,
            PipelineManualInteraction interaction) {
        this(handler, title, description, dependsOn, args);
        this.interaction = interaction;
    }

    public Handler getHandler() {
        return handler;
    }

    public void setHandler(Handler handler) {
        this.handler = handler;
    }

    public String getTitle() {
        return title;
    }

    public void setTitle(String title) {
        this.title = title;
    }

    public String getDescription() {
        return description;
    }

    public void setDescription(String description) {
        this.description = description;
    }

    public ArrayList<String> getDependsOn() {
        return dependsOn;
    }

    public void setDependsOn(ArrayList<String> dependsOn) {
        this.dependsOn = dependsOn;
    }

    public ArrayList<PipelineArgument> getArgs() {
        return args;
    }

    public void setArgs(ArrayList<PipelineArgument> args) {
        this.args = args;
    }

    public PipelineManualInteraction getInteraction() {
        return interaction;
    }

    public void setInteraction(PipelineManualInteraction interaction) {
        this.interaction = interaction;
    }

    /** The same job, as this SDK has it. */
    public Job toJob() {
        Objects.requireNonNull(handler, "A job needs a handler");
        JobBuilder builder = Job.named(title == null ? "" : title).description(description == null ? "" : description);
        if (dependsOn != null) {
            builder.dependsOn(dependsOn.toArray(new String[0]));
        }
        if (args != null) {
            args.forEach(argument -> builder.arguments(argument.declared()));
        }
        return builder.runs(this::perform);
    }

    private void perform(Context context) throws Exception {
        ArrayList<PipelineArgument> given = new ArrayList<>();
        context.arguments().asText().forEach((key, value) -> given.add(new PipelineArgument(key, value)));
        try {
            handler.executeHandler(given);
        } catch (ExitPipelineException exit) {
            throw new io.gaia.sdk.ExitPipelineException(exit.getMessage());
        }
    }
}
