package io.gaia.sdk.internal.local;

import io.gaia.sdk.Outcome;
import io.gaia.sdk.internal.perform.Attempt;
import io.gaia.sdk.internal.perform.JobThreads;
import io.gaia.sdk.internal.perform.Result;
import io.gaia.sdk.internal.perform.Start;
import io.gaia.sdk.internal.program.Program;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs the jobs of a program without a server, as Gaia does: those whose dependencies have passed at the same time,
 * each with its attempts and timeout; what depends on a failed one is skipped; added jobs are taken in. One thread
 * decides, and jobs have threads of their own.
 */
public final class LocalRun {
    private final Program program;
    private final OtherPipelines others;
    private final RunObserver observer;
    private final RunGraph graph;
    private final BlockingQueue<Runnable> ends = new LinkedBlockingQueue<>();
    private final ExecutorService threads = JobThreads.open();
    /** The title of the job that has ended the pipeline. */
    private String exit;

    public LocalRun(RunGraph graph, Program program, OtherPipelines others, RunObserver observer) {
        this.graph = graph;
        this.program = program;
        this.others = others;
        this.observer = observer;
    }

    /** Runs to the end, and answers whether no job has failed. */
    public boolean perform() throws InterruptedException {
        try {
            while (advance()) {
                long wait = graph.nextDeadline() - System.nanoTime();
                Runnable end = ends.poll(wait, TimeUnit.NANOSECONDS);
                if (end != null) {
                    end.run();
                } else {
                    graph.running().forEach(this::checkTime);
                }
            }
            return graph.nodes().stream().noneMatch(node -> node.result.outcome == Outcome.FAILED);
        } finally {
            graph.running().forEach(node -> node.running.cancel("run_ended"));
            threads.shutdownNow();
        }
    }

    /** Starts what is ready and ends what never will be. Whether the run goes on. */
    private boolean advance() {
        for (Node node : graph.nodes()) {
            if (exit == null && node.isReady()) {
                start(node);
            }
        }
        graph.sweep(exit).forEach(node -> tell(node, false));
        return !graph.running().isEmpty();
    }

    private void start(Node node) {
        node.attempts++;
        node.timedOut = false;
        long timeout = node.job.timeout().toNanos();
        node.deadline = timeout == 0 ? Long.MAX_VALUE : System.nanoTime() + timeout;
        Map<String, Map<String, String>> outputs = new LinkedHashMap<>();
        node.dependencies.forEach(dependency -> outputs.put(dependency.title, dependency.result.outputs));
        Start start = new Start(node.title, node.arguments, outputs, "local", "local", node.attempts);
        Attempt attempt = new Attempt(node.job, start, new LocalHost(program, node.title, others, observer::logged));
        node.running = attempt;
        observer.started(node.title, node.attempts);
        threads.execute(() -> {
            Result result = attempt.perform();
            ends.add(() -> ended(node, attempt, result));
        });
    }

    private void ended(Node node, Attempt attempt, Result result) {
        if (node.running != attempt) {
            return;
        }
        if (node.timedOut) {
            end(node, timedOut(node, ""));
        } else if (result.outcome == Outcome.SUCCEEDED) {
            String problem = graph.grow(result.jobs);
            end(node, problem.isEmpty() ? result : Result.ended(Outcome.FAILED, problem));
        } else {
            end(node, result);
        }
    }

    private void end(Node node, Result result) {
        boolean again = result.outcome == Outcome.FAILED && node.attempts < node.job.attempts() && exit == null;
        node.running = null;
        node.deadline = Long.MAX_VALUE;
        node.result = result;
        tell(node, again);
        if (again) {
            node.result = null;
        }
        if (result.outcome == Outcome.EXIT_PIPELINE && exit == null) {
            // What runs goes on to its end.
            exit = node.title;
        }
    }

    /** A job whose time is over is asked to end, and given up when it does not. */
    private void checkTime(Node node) {
        if (node.deadline - System.nanoTime() > 0) {
            return;
        }
        if (node.timedOut) {
            end(node, timedOut(node, ", and did not end"));
        } else {
            node.timedOut = true;
            node.deadline = System.nanoTime() + Attempt.GRACE.toNanos();
            node.running.cancel("timed_out");
        }
    }

    private static Result timedOut(Node node, String more) {
        return Result.ended(Outcome.FAILED, "timed out after " + node.job.timeout().toMillis() + " ms" + more);
    }

    private void tell(Node node, boolean again) {
        observer.ended(new JobEnd(node.title, node.attempts, node.result, again));
    }
}
