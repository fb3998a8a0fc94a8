package io.gaia.sdk.internal.local;

import io.gaia.sdk.Job;
import io.gaia.sdk.Outcome;
import io.gaia.sdk.internal.perform.Attempt;
import io.gaia.sdk.internal.perform.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A job of a local run, and how far it has come. */
final class Node {
    final Job job;
    final String title;
    final Map<String, String> arguments;
    final List<Node> dependencies = new ArrayList<>();
    /** Begun so far. */
    int attempts;
    /** While an attempt goes on. */
    Attempt running;
    /** By the clock of {@link System#nanoTime}: when its time is over, and then when it is given up. */
    long deadline = Long.MAX_VALUE;
    /** Its time is over, and it was asked to end. */
    boolean timedOut;
    /** When it has ended. */
    Result result;

    Node(Job job, String title, Map<String, String> arguments) {
        this.job = job;
        this.title = title;
        this.arguments = arguments;
    }

    boolean isWaiting() {
        return running == null && result == null;
    }

    boolean isReady() {
        return isWaiting() && dependencies.stream().allMatch(Node::isPassed);
    }

    /** Whether what depends on it may be performed: it succeeded, or its own condition did not hold. */
    boolean isPassed() {
        return result != null
                && (result.outcome == Outcome.SUCCEEDED || result.outcome == Outcome.SKIPPED && attempts > 0);
    }

    boolean isBroken() {
        return result != null && !isPassed();
    }
}
