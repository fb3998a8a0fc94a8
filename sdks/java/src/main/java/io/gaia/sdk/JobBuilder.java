package io.gaia.sdk;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Says what a {@link Job} is; {@link #runs} or {@link #executes} ends it. */
public final class JobBuilder {
    final String title;
    final List<Argument> arguments = new ArrayList<>();
    final List<Titled> dependencies = new ArrayList<>();
    String description = "";
    Condition condition;
    String skipReason = "";
    boolean onDemand;
    int attempts = 1;
    Duration timeout = Duration.ZERO;

    JobBuilder(String title) {
        this.title = Objects.requireNonNull(title, "A job needs a title");
    }

    /** What the job does, for people. */
    public JobBuilder description(String text) {
        description = text;
        return this;
    }

    /** Adds arguments, after those that were added before. */
    public JobBuilder arguments(Argument... added) {
        arguments.addAll(List.of(added));
        return this;
    }

    /** Jobs that have to succeed before. */
    public JobBuilder dependsOn(Job... jobs) {
        dependencies.addAll(List.of(jobs));
        return this;
    }

    /** Titles, in any case, of jobs that have to succeed before. */
    public JobBuilder dependsOn(String... titles) {
        for (String wanted : titles) {
            dependencies.add(() -> wanted);
        }
        return this;
    }

    /**
     * Skips the job when a condition does not hold. What depends on a skipped job is performed all the same.
     *
     * @param reason why it is skipped then, for people
     */
    public JobBuilder when(Condition asked, String reason) {
        condition = asked;
        skipReason = reason;
        return this;
    }

    /** Attempts in all, counting the first, which is the only one by default. */
    public JobBuilder attempts(int number) {
        attempts = number;
        return this;
    }

    /** Cancels an attempt that takes longer, which has failed then. */
    public JobBuilder timeout(Duration limit) {
        timeout = limit;
        return this;
    }

    /** Keeps the job out of the graph until a job {@link Context#add adds} it. */
    public JobBuilder onDemand() {
        onDemand = true;
        return this;
    }

    /** What the job does. */
    public Job runs(JobFunction function) {
        return new Job(this, Objects.requireNonNull(function, "A job needs a function"));
    }

    /** What the job does, as an object that is given the values of its arguments. */
    public Job executes(GaiaJob job) {
        Objects.requireNonNull(job, "A job needs a function");
        return runs(context -> job.execute(context.arguments().asMap()));
    }
}
