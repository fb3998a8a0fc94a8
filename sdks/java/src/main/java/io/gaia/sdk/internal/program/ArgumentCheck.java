package io.gaia.sdk.internal.program;

import io.gaia.sdk.Argument;
import io.gaia.sdk.ArgumentType;
import io.gaia.sdk.Arguments;
import io.gaia.sdk.Job;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds what is wrong with the arguments of a job. */
final class ArgumentCheck {
    private ArgumentCheck() {}

    static List<String> problems(Job job) {
        List<String> problems = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (Argument argument : job.arguments()) {
            String about = "Job \"" + job.title() + "\": argument \"" + argument.key() + "\" ";
            if (argument.key().isBlank()) {
                problems.add("Job \"" + job.title() + "\" has an argument without a key.");
            } else if (!keys.add(argument.key())) {
                problems.add(about + "is there twice: rename one.");
            } else if (argument.type() == ArgumentType.CHOICE && argument.choices().isEmpty()) {
                problems.add(about + "has no choices.");
            } else {
                addProblemOfDefault(argument, about, problems);
            }
        }
        return problems;
    }

    private static void addProblemOfDefault(Argument argument, String about, List<String> problems) {
        if (argument.defaultValue().isEmpty()) {
            return;
        }
        try {
            new Arguments(List.of(argument), Map.of()).asMap();
        } catch (IllegalArgumentException unfit) {
            problems.add(about + "has a default that does not fit: " + unfit.getMessage() + ".");
        }
    }
}
