package io.gaia.sdk.internal.perform;

import io.gaia.sdk.AddedJob;
import io.gaia.sdk.Job;
import io.gaia.sdk.Titled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A job that is added at run time. */
final class NewJob implements AddedJob {
    private final Job job;
    private final String title;
    private final Map<String, String> arguments = new LinkedHashMap<>();
    private final List<String> dependencies = new ArrayList<>();

    NewJob(Job job, String title) {
        this.job = job;
        this.title = title;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public Job job() {
        return job;
    }

    @Override
    public AddedJob argument(String key, Object value) {
        if (job.arguments().stream().noneMatch(declared -> declared.key().equals(key))) {
            throw new IllegalArgumentException(
                    job + " has no argument \"" + key + "\", which \"" + title + "\" gives it");
        }
        arguments.put(key, String.valueOf(value));
        return this;
    }

    @Override
    public AddedJob dependsOn(Titled... jobs) {
        return dependsOn(Arrays.asList(jobs));
    }

    @Override
    public AddedJob dependsOn(Collection<? extends Titled> jobs) {
        jobs.forEach(wanted -> dependencies.add(wanted.title()));
        return this;
    }

    @Override
    public AddedJob dependsOn(String... titles) {
        dependencies.addAll(Arrays.asList(titles));
        return this;
    }

    @Override
    public Map<String, String> arguments() {
        return Collections.unmodifiableMap(arguments);
    }

    @Override
    public List<String> dependencies() {
        return Collections.unmodifiableList(dependencies);
    }
}
