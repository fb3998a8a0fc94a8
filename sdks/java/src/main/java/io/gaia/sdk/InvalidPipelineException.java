package io.gaia.sdk;

import java.util.List;

/** Jobs that are no pipeline: titles that are taken twice, dependencies in a circle, and the like. */
public final class InvalidPipelineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    /** @param problems each in one sentence that says what to do */
    public InvalidPipelineException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** All that is wrong, each in one sentence. */
    public List<String> problems() {
        return problems;
    }
}
