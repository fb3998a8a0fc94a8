package io.gaia.sdk.internal.local;

import io.gaia.sdk.internal.perform.Result;

/** How an attempt of a job ended. */
public final class JobEnd {
    public final String title;
    /** 0: it was not performed. */
    public final int attempt;
    public final Result result;
    /** Whether it is tried again. */
    public final boolean again;

    JobEnd(String title, int attempt, Result result, boolean again) {
        this.title = title;
        this.attempt = attempt;
        this.result = result;
        this.again = again;
    }
}
