package io.gaia.sdk.internal.program;

import io.gaia.sdk.Job;
import io.gaia.sdk.Titled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds everything that keeps jobs from being a pipeline. */
final class ProgramCheck {
    private final List<Job> jobs;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Job> byTitle = new LinkedHashMap<>();

    private ProgramCheck(List<Job> jobs) {
        this.jobs = jobs;
    }

    /** What is wrong, each in a sentence; nothing: it is a pipeline. */
    static List<String> problems(List<Job> jobs) {
        ProgramCheck check = new ProgramCheck(jobs);
        check.titles();
        for (Job job : jobs) {
            check.policy(job);
            check.problems.addAll(ArgumentCheck.problems(job));
            check.dependencies(job);
        }
        if (check.problems.isEmpty()) {
            check.circles();
        }
        return check.problems;
    }

    private void titles() {
        if (jobs.isEmpty()) {
            problems.add("The pipeline has no jobs: give serve at least one.");
        }
        Map<Long, Job> byId = new LinkedHashMap<>();
        for (Job job : jobs) {
            if (job.title().isBlank()) {
                problems.add("A job has no title: give Job.named a text.");
                continue;
            }
            Job namesake = byTitle.putIfAbsent(Program.folded(job.title()), job);
            Job sameId = byId.putIfAbsent(Program.idOf(job), job);
            if (namesake != null) {
                problems.add("Two jobs are called \"" + job.title()
                        + "\" (the case of letters does not count): rename one.");
            } else if (sameId != null) {
                problems.add("The titles \"" + sameId.title() + "\" and \"" + job.title()
                        + "\" have the same hash, by which Gaia tells jobs apart: rename one.");
            }
        }
    }

    private void policy(Job job) {
        if (job.attempts() < 1) {
            problems.add(about(job) + "has " + job.attempts() + " attempts: at least 1 is needed.");
        }
        if (job.timeout().isNegative()) {
            problems.add(about(job) + "has a timeout of " + job.timeout().toMillis() + " ms: it cannot be negative.");
        }
    }

    private void dependencies(Job job) {
        if (job.isOnDemand() && !job.dependencies().isEmpty()) {
            problems.add(about(job)
                    + "is on demand, so it cannot depend on others here: say it when the job is added.");
        }
        for (Titled dependency : job.dependencies()) {
            Job found = byTitle.get(Program.folded(dependency.title()));
            if (found == null || dependency instanceof Job && found != dependency) {
                problems.add(about(job) + "depends on \"" + dependency.title()
                        + "\", which is no job of the pipeline. Its jobs are: " + titlesOfGraph() + ".");
            } else if (found.isOnDemand()) {
                problems.add(about(job) + "depends on \"" + found.title()
                        + "\", which is on demand and no part of the graph.");
            }
        }
    }

    private String titlesOfGraph() {
        List<String> titles = new ArrayList<>();
        for (Job job : jobs) {
            if (!job.isOnDemand()) {
                titles.add(job.title());
            }
        }
        return String.join(", ", titles);
    }

    /** Walks with a stack of its own, since a chain may be longer than the thread's. */
    private void circles() {
        Set<Job> done = new HashSet<>();
        for (Job start : jobs) {
            Set<Job> path = new LinkedHashSet<>();
            Deque<Job> entered = new ArrayDeque<>();
            Deque<Deque<Job>> open = new ArrayDeque<>();
            enter(start, path, entered, open, done);
            while (!open.isEmpty()) {
                Job next = open.getLast().pollFirst();
                if (next == null) {
                    open.removeLast();
                    Job left = entered.removeLast();
                    path.remove(left);
                    done.add(left);
                } else if (path.contains(next)) {
                    problems.add(circle(path, next));
                    return;
                } else {
                    enter(next, path, entered, open, done);
                }
            }
        }
    }

    private void enter(Job job, Set<Job> path, Deque<Job> entered, Deque<Deque<Job>> open, Set<Job> done) {
        if (done.contains(job)) {
            return;
        }
        Deque<Job> wanted = new ArrayDeque<>();
        for (Titled dependency : job.dependencies()) {
            wanted.add(byTitle.get(Program.folded(dependency.title())));
        }
        path.add(job);
        entered.addLast(job);
        open.addLast(wanted);
    }

    private static String circle(Set<Job> path, Job back) {
        StringBuilder text = new StringBuilder("Jobs depend on each other in a circle: ");
        boolean within = false;
        for (Job job : path) {
            within |= job == back;
            if (within) {
                text.append(job.title()).append(" → ");
            }
        }
        return text.append(back.title()).append(".").toString();
    }

    private static String about(Job job) {
        return "Job \"" + job.title() + "\" ";
    }
}
