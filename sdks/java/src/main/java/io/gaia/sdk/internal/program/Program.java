package io.gaia.sdk.internal.program;

import io.gaia.sdk.InvalidPipelineException;
import io.gaia.sdk.Job;
import io.gaia.sdk.Titled;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The jobs of a pipeline, proved to be one. */
public final class Program {
    private final List<Job> jobs;
    private final Map<Long, Job> byId = new LinkedHashMap<>();
    private final Map<String, Job> byTitle = new LinkedHashMap<>();

    /**
     * Checks jobs and puts them together.
     *
     * @throws InvalidPipelineException with all that is wrong
     */
    public Program(Collection<Job> jobs) {
        this.jobs = List.copyOf(jobs);
        List<String> problems = ProgramCheck.problems(this.jobs);
        if (!problems.isEmpty()) {
            throw new InvalidPipelineException(problems);
        }
        for (Job job : this.jobs) {
            byId.put(idOf(job), job);
            byTitle.put(folded(job.title()), job);
        }
    }

    /** The id of a job: a hash of its title. */
    public static long idOf(Job job) {
        return TitleHash.of(job.title());
    }

    /** A title as it is compared: letters of either case are the same. */
    public static String folded(String title) {
        return title.toLowerCase(Locale.ROOT);
    }

    /** All jobs, in the author's order. */
    public List<Job> jobs() {
        return jobs;
    }

    /** Those that are part of the graph, in the author's order. */
    public List<Job> graph() {
        List<Job> graph = new ArrayList<>(jobs);
        graph.removeIf(Job::isOnDemand);
        return graph;
    }

    /** The job of an id; null when there is none. */
    public Job job(long id) {
        return byId.get(id);
    }

    /** The job of a title in any case; null when there is none. */
    public Job job(String title) {
        return byTitle.get(folded(title));
    }

    /**
     * Refuses a job that is not of this program.
     *
     * @throws IllegalArgumentException when it is not
     */
    public void checkIsOwn(Job job) {
        if (job(job.title()) != job) {
            throw new IllegalArgumentException(
                    job + " is no job of this pipeline, so it cannot be added: give it to serve");
        }
    }

    /** What has to succeed before a job. */
    public List<Job> dependencies(Job job) {
        List<Job> found = new ArrayList<>();
        for (Titled dependency : job.dependencies()) {
            Job named = job(dependency.title());
            if (!found.contains(named)) {
                found.add(named);
            }
        }
        return found;
    }
}
