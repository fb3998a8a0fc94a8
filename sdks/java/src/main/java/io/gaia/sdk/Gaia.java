package io.gaia.sdk;

import io.gaia.sdk.internal.Main;
import java.util.Arrays;
import java.util.Collection;

/** Where a pipeline begins. */
public final class Gaia {
    private Gaia() {}

    /**
     * What {@code main} calls, as the last thing it does. Started by Gaia, the program serves its jobs; started by
     * hand, it runs or lists them as its command line says. Never returns: jobs that are no pipeline end the process
     * with status 2.
     *
     * @param commandLine what {@code main} was given
     * @param jobs of the pipeline, in the order in which people see them
     */
    public static void serve(String[] commandLine, Job... jobs) {
        serve(commandLine, Arrays.asList(jobs));
    }

    /** As {@link #serve(String[], Job...)}. */
    public static void serve(String[] commandLine, Collection<Job> jobs) {
        System.exit(Main.run(jobs, commandLine, System.getenv()));
    }
}
