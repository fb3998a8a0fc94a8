package io.gaia.sdk;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A job of a pipeline: immutable, made by {@link #named}.
 *
 * <pre>{@code
 * Job build = Job.named("Build").runs(context -> compile());
 * Job test = Job.named("Test").description("All of them").dependsOn(build).runs(context -> runTests());
 * }</pre>
 */
public final class Job implements Titled {
    private final String title;
    private final String description;
    private final JobFunction function;
    private final List<Argument> arguments;
    private final List<Titled> dependencies;
    private final Condition condition;
    private final String skipReason;
    private final boolean onDemand;
    private final int attempts;
    private final Duration timeout;

    Job(JobBuilder builder, JobFunction function) {
        this.title = builder.title;
        this.description = builder.description;
        this.function = function;
        this.arguments = List.copyOf(builder.arguments);
        this.dependencies = List.copyOf(builder.dependencies);
        this.condition = builder.condition;
        this.skipReason = builder.skipReason;
        this.onDemand = builder.onDemand;
        this.attempts = builder.attempts;
        this.timeout = builder.timeout;
    }

    /** Begins a job. Its title is unique within the pipeline, in any case of its letters. */
    public static JobBuilder named(String title) {
        return new JobBuilder(title);
    }

    @Override
    public String title() {
        return title;
    }

    public String description() {
        return description;
    }

    public JobFunction function() {
        return function;
    }

    public List<Argument> arguments() {
        return arguments;
    }

    /** Jobs, or titles of jobs, that have to succeed before. */
    public List<Titled> dependencies() {
        return dependencies;
    }

    public Optional<Condition> condition() {
        return Optional.ofNullable(condition);
    }

    /** What is said when the condition does not hold. */
    public String skipReason() {
        return skipReason;
    }

    /** Whether it is no part of the graph, and performed only when a job adds it. */
    public boolean isOnDemand() {
        return onDemand;
    }

    /** Attempts in all, counting the first. */
    public int attempts() {
        return attempts;
    }

    /** Of one attempt; zero: none. */
    public Duration timeout() {
        return timeout;
    }

    @Override
    public String toString() {
        return "job \"" + title + "\"";
    }
}
