package io.gaia.sdk.internal.local;

import io.gaia.sdk.Argument;
import io.gaia.sdk.ArgumentType;
import io.gaia.sdk.Job;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is given for arguments, by key: the same for all jobs. Secrets come from the environment as well. */
public final class Values {
    private final Map<String, String> given;
    private final Map<String, String> environment;

    public Values(Map<String, String> given, Map<String, String> environment) {
        this.given = given;
        this.environment = environment;
    }

    /** Those that a job declares. */
    Map<String, String> of(Job job) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Argument argument : job.arguments()) {
            String value = given.get(argument.key());
            if (value == null && argument.type() == ArgumentType.VAULT) {
                value = environment.get(argument.key());
            }
            if (value != null) {
                values.put(argument.key(), value);
            }
        }
        return values;
    }
}
