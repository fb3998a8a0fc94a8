package io.gaia.sdk.internal.local;

import io.gaia.sdk.Argument;
import io.gaia.sdk.Job;
import io.gaia.sdk.internal.program.Program;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a program started by hand is asked to do. */
final class CommandLine {
    static final String USAGE = String.join(
            "\n",
            "Usage:",
            "  run [--arg KEY=VALUE]... [--job TITLE]...",
            "        run all jobs, or these and what they depend on, without a server",
            "  list  show jobs, dependencies and arguments",
            "");

    /** What to do: {@code run}, {@code list} or {@code help}. */
    final String command;
    final Map<String, String> arguments = new LinkedHashMap<>();
    /** All of the graph when none is named. */
    final List<Job> jobs = new ArrayList<>();

    /** Reads the words after the program's name. */
    CommandLine(Program program, String[] words) throws UsageException {
        Deque<String> rest = new ArrayDeque<>(Arrays.asList(words));
        if (rest.isEmpty()) {
            throw new UsageException(
                    "Say what to do: Gaia starts this program by itself; by hand it runs or lists its jobs.");
        }
        command = rest.removeFirst().replaceFirst("^(--help|-h)$", "help");
        if (!List.of("run", "list", "help").contains(command)) {
            throw new UsageException("There is no command \"" + command + "\".");
        }
        while (!rest.isEmpty()) {
            option(program, rest);
        }
        if (jobs.isEmpty()) {
            jobs.addAll(program.graph());
        }
    }

    private void option(Program program, Deque<String> rest) throws UsageException {
        String word = rest.removeFirst();
        if (word.equals("--arg") && command.equals("run")) {
            argument(program, operand(word, rest));
        } else if (word.equals("--job") && command.equals("run")) {
            job(program, operand(word, rest));
        } else {
            throw new UsageException("\"" + command + "\" does not understand \"" + word + "\".");
        }
    }

    private static String operand(String option, Deque<String> rest) throws UsageException {
        if (rest.isEmpty()) {
            throw new UsageException(option + " wants a value after it.");
        }
        return rest.removeFirst();
    }

    private void argument(Program program, String pair) throws UsageException {
        int equals = pair.indexOf('=');
        if (equals < 1) {
            throw new UsageException("--arg wants KEY=VALUE, not \"" + pair + "\".");
        }
        String key = pair.substring(0, equals);
        Set<String> known = new TreeSet<>();
        for (Job job : program.jobs()) {
            for (Argument argument : job.arguments()) {
                known.add(argument.key());
            }
        }
        if (!known.contains(key)) {
            String all = known.isEmpty() ? "no job has any" : "there are " + String.join(", ", known);
            throw new UsageException("No job has an argument \"" + key + "\": " + all + ".");
        }
        arguments.put(key, pair.substring(equals + 1));
    }

    private void job(Program program, String title) throws UsageException {
        Job job = program.job(title);
        if (job == null) {
            throw new UsageException("There is no job \"" + title + "\": `list` shows them.");
        }
        jobs.add(job);
    }
}
