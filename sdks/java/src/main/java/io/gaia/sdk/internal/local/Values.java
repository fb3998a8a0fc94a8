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
        Map<String, String> values = secretsOf(job);
        for (Argument argument : job.arguments()) {
            if (given.containsKey(argument.key())) {
                values.put(argument.key(), given.get(argument.key()));
            }
        }
        return values;
    }

    /** Those of its secrets alone: all that a job gets which another one adds. */
    Map<String, String> secretsOf(Job job) {
        Map<String, String> secrets = new LinkedHashMap<>();
        for (Argument argument : job.arguments()) {
            if (argument.type() == ArgumentType.VAULT) {
                String secret = given.getOrDefault(argument.key(), environment.get(argument.key()));
                if (secret != null) {
                    secrets.put(argument.key(), secret);
                }
            }
        }
        return secrets;
    }
}
