package io.gaia.sdk.internal.perform;

import java.util.Map;

/** What a host says when it has a job performed. */
public final class Start {
    final String title;
    final Map<String, String> arguments;
    final Map<String, Map<String, String>> outputs;
    final String run;
    final String pipeline;
    final int attempt;

    /**
     * @param title of what is performed
     * @param arguments by key
     * @param outputs of the jobs that it depends on, by title and key; values are JSON
     */
    public Start(
            String title,
            Map<String, String> arguments,
            Map<String, Map<String, String>> outputs,
            String run,
            String pipeline,
            int attempt) {
        this.title = title;
        this.arguments = arguments;
        this.outputs = outputs;
        this.run = run;
        this.pipeline = pipeline;
        this.attempt = attempt;
    }
}
