package io.gaia.sdk.testing;

import java.util.List;

/** How a pipeline ended in a test. */
public final class PipelineReport {
    private final boolean passed;
    private final List<JobReport> jobs;

    PipelineReport(boolean passed, List<JobReport> jobs) {
        this.passed = passed;
        this.jobs = List.copyOf(jobs);
    }

    /** Whether no job has failed. */
    public boolean isPassed() {
        return passed;
    }

    /** All jobs of the run, those that were added as well, in the order in which they ended. */
    public List<JobReport> jobs() {
        return jobs;
    }

    /**
     * The job of a title.
     *
     * @throws IllegalArgumentException when the run has none
     */
    public JobReport job(String title) {
        for (JobReport job : jobs) {
            if (job.title().equalsIgnoreCase(title)) {
                return job;
            }
        }
        throw new IllegalArgumentException("The run has no job \"" + title + "\"");
    }
}
