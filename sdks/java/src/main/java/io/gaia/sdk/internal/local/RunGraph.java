package io.gaia.sdk.internal.local;

import io.gaia.sdk.AddedJob;
import io.gaia.sdk.Job;
import io.gaia.sdk.Outcome;
import io.gaia.sdk.internal.perform.Result;
import io.gaia.sdk.internal.program.Program;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The jobs of a local run with what they depend on. It grows by the jobs that jobs add. */
public final class RunGraph {
    /** By title, as it is compared. */
    private final Map<String, Node> nodes = new LinkedHashMap<>();

    private final Values values;

    /** Jobs that were chosen, and all that they depend on; in the author's order. */
    public RunGraph(Program program, List<Job> selected, Values values) {
        this.values = values;
        Deque<Job> open = new ArrayDeque<>(selected);
        Map<Job, List<Job>> wanted = new LinkedHashMap<>();
        while (!open.isEmpty()) {
            Job job = open.removeFirst();
            if (wanted.putIfAbsent(job, program.dependencies(job)) == null) {
                open.addAll(program.dependencies(job));
            }
        }
        for (Job job : program.jobs()) {
            if (wanted.containsKey(job)) {
                nodes.put(Program.folded(job.title()), new Node(job, job.title(), values.of(job)));
            }
        }
        wanted.forEach((job, dependencies) ->
                dependencies.forEach(dependency -> node(job.title()).dependencies.add(node(dependency.title()))));
    }

    Collection<Node> nodes() {
        return nodes.values();
    }

    List<Node> running() {
        return nodes.values().stream().filter(node -> node.running != null).collect(Collectors.toList());
    }

    long nextDeadline() {
        return running().stream().mapToLong(node -> node.deadline).min().orElse(Long.MAX_VALUE);
    }

    /** Takes in jobs that were added: all, or none and the answer is why not. */
    String grow(List<AddedJob> added) {
        Map<String, Node> grown = new LinkedHashMap<>();
        for (AddedJob job : added) {
            if (node(job.title()) != null) {
                return "it adds \"" + job.title() + "\", and a job of this title is in the run already";
            }
            Map<String, String> arguments = values.secretsOf(job.job());
            arguments.putAll(job.arguments());
            grown.put(Program.folded(job.title()), new Node(job.job(), job.title(), arguments));
        }
        for (AddedJob job : added) {
            for (String title : job.dependencies()) {
                Node dependency = grown.getOrDefault(Program.folded(title), node(title));
                if (dependency == null) {
                    return "it adds \"" + job.title() + "\", which depends on \"" + title
                            + "\", which is not in the run";
                }
                grown.get(Program.folded(job.title())).dependencies.add(dependency);
            }
        }
        nodes.putAll(grown);
        return "";
    }

    /**
     * Ends what will never be performed: what depends on a job that has failed; all that waits when the pipeline was
     * ended; and jobs that were added in a circle, which is what still waits when nothing runs.
     */
    List<Node> sweep(String exit) {
        List<Node> swept = new ArrayList<>();
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Node node : nodes.values()) {
                if (node.isWaiting() && isLost(node, exit)) {
                    swept.add(node);
                    changed = true;
                }
            }
        }
        if (running().isEmpty()) {
            for (Node node : nodes.values()) {
                if (node.isWaiting()) {
                    node.result = Result.ended(Outcome.FAILED, "it depends on itself, by way of jobs that were added");
                    swept.add(node);
                }
            }
        }
        return swept;
    }

    private static boolean isLost(Node node, String exit) {
        if (exit != null) {
            node.result = Result.ended(Outcome.SKIPPED, "\"" + exit + "\" ended the pipeline");
            return true;
        }
        for (Node dependency : node.dependencies) {
            if (dependency.isBroken()) {
                String how = dependency.result.outcome == Outcome.SKIPPED ? "was skipped" : "failed";
                node.result = Result.ended(Outcome.SKIPPED, "\"" + dependency.title + "\" " + how);
                return true;
            }
        }
        return false;
    }

    private Node node(String title) {
        return nodes.get(Program.folded(title));
    }
}
