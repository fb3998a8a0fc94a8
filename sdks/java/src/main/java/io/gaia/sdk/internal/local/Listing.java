package io.gaia.sdk.internal.local;

import io.gaia.sdk.Argument;
import io.gaia.sdk.ArgumentType;
import io.gaia.sdk.Job;
import io.gaia.sdk.internal.program.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The jobs of a program, for people. */
final class Listing {
    private Listing() {}

    static String of(Program program) {
        StringBuilder text = new StringBuilder();
        for (Job job : program.jobs()) {
            text.append(job.title());
            if (!job.description().isEmpty()) {
                text.append(": ").append(job.description());
            }
            if (job.isOnDemand()) {
                text.append(" (on demand)");
            }
            text.append('\n');
            List<Job> dependencies = program.dependencies(job);
            if (!dependencies.isEmpty()) {
                text.append("  after ")
                        .append(dependencies.stream().map(Job::title).collect(Collectors.joining(", ")))
                        .append('\n');
            }
            for (Argument argument : job.arguments()) {
                text.append("  --arg ").append(describe(argument)).append('\n');
            }
        }
        return text.toString();
    }

    private static String describe(Argument argument) {
        List<String> more = new ArrayList<>();
        if (argument.isRequired()) {
            more.add("required");
        }
        if (!argument.defaultValue().isEmpty()) {
            more.add("default: " + argument.defaultValue());
        }
        if (argument.type() == ArgumentType.VAULT) {
            more.add("or the environment variable " + argument.key());
        }
        String values = argument.type() == ArgumentType.CHOICE
                ? String.join("|", argument.choices())
                : argument.type().name().toUpperCase(Locale.ROOT);
        return argument.key() + "=" + values
                + (argument.description().isEmpty() ? "" : "  " + argument.description())
                + (more.isEmpty() ? "" : " (" + String.join("; ", more) + ")");
    }
}
