package io.gaia.sdk.javasdk;

import io.gaia.sdk.Gaia;
import java.util.ArrayList;
import java.util.stream.Collectors;

/** Where a pipeline begins. */
public class Javasdk {
    /** Serves the jobs to Gaia, which has started the program. Never returns. */
    public void Serve(ArrayList<PipelineJob> jobs) throws Exception {
        Serve(jobs, new String[0]);
    }

    /** Serves the jobs to Gaia, or runs or lists them as a command line says. Never returns. */
    public void Serve(ArrayList<PipelineJob> jobs, String[] commandLine) throws Exception {
        Gaia.serve(commandLine, jobs.stream().map(PipelineJob::toJob).collect(Collectors.toList()));
    }
}
