package io.gaia.sdk;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Values of a job's arguments: what was given, then the defaults. A getter that cannot convert a value throws, which
 * fails the job with a message that names the argument.
 */
public final class Arguments {
    private final Map<String, Argument> declared = new LinkedHashMap<>();
    private final Map<String, String> values = new LinkedHashMap<>();

    /**
     * @param declared the job's arguments
     * @param given by key; keys that the job does not declare are kept
     */
    public Arguments(List<Argument> declared, Map<String, String> given) {
        values.putAll(given);
        for (Argument argument : declared) {
            this.declared.put(argument.key(), argument);
            if (takesDefault(argument)) {
                values.put(argument.key(), argument.defaultValue());
            }
        }
    }

    /** Whether there is a value, given or by default. */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** The value as text; empty when there is none. */
    public String getString(String key) {
        String value = values.getOrDefault(key, "");
        Argument argument = declared.get(key);
        if (argument != null && argument.type() == ArgumentType.CHOICE && has(key)) {
            return chosen(argument, value);
        }
        return value;
    }

    /** The value as a boolean, {@code true} or {@code false} (or 1 or 0); false when there is none. */
    public boolean getBoolean(String key) {
        return has(key) && toBoolean(key, values.get(key));
    }

    /** The value as a whole number. */
    public int getInt(String key) {
        try {
            return getNumber(key).intValueExact();
        } catch (ArithmeticException notWhole) {
            throw refused(key, "no whole number of 32 bits");
        }
    }

    /** The value as a whole number. */
    public long getLong(String key) {
        try {
            return getNumber(key).longValueExact();
        } catch (ArithmeticException notWhole) {
            throw refused(key, "no whole number of 64 bits");
        }
    }

    /** The value as a number. */
    public double getDouble(String key) {
        return getNumber(key).doubleValue();
    }

    /** The value as a number, to the last digit. */
    public BigDecimal getNumber(String key) {
        if (!has(key)) {
            throw new IllegalArgumentException("argument \"" + key + "\" has no value, and a number is needed");
        }
        try {
            return new BigDecimal(values.get(key).strip());
        } catch (NumberFormatException noNumber) {
            throw refused(key, "no number");
        }
    }

    /** All that have a value: as Boolean, Long, Double or String, as they are declared. */
    public Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        for (String key : values.keySet()) {
            map.put(key, typed(key));
        }
        return Collections.unmodifiableMap(map);
    }

    /** All that have a value, as text, in the order in which they were sent. */
    public Map<String, String> asText() {
        return Collections.unmodifiableMap(values);
    }

    /** Keys of those that are required and have no value. */
    public List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (Argument argument : declared.values()) {
            if (argument.isRequired() && !has(argument.key())) {
                missing.add(argument.key());
            }
        }
        return missing;
    }

    /**
     * An empty text is no number, boolean or choice, and not what is asked for when something is required: the original
     * Gaia sends it for a field that was left empty.
     */
    private boolean takesDefault(Argument argument) {
        String value = values.getOrDefault(argument.key(), "");
        boolean isText = argument.type().isText();
        if (isText ? argument.isRequired() && value.isEmpty() : value.isBlank()) {
            values.remove(argument.key());
        }
        return !has(argument.key()) && !argument.defaultValue().isEmpty();
    }

    private Object typed(String key) {
        Argument argument = declared.get(key);
        if (argument == null) {
            return values.get(key);
        }
        switch (argument.type()) {
            case BOOLEAN:
                return getBoolean(key);
            case NUMBER:
                BigDecimal number = getNumber(key);
                try {
                    return number.longValueExact();
                } catch (ArithmeticException notWhole) {
                    return number.doubleValue();
                }
            default:
                return getString(key);
        }
    }

    private String chosen(Argument argument, String value) {
        if (!argument.choices().contains(value)) {
            throw refused(argument.key(), "none of " + String.join(", ", argument.choices()));
        }
        return value;
    }

    private boolean toBoolean(String key, String value) {
        switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "true":
            case "1":
                return true;
            case "false":
            case "0":
                return false;
            default:
                throw refused(key, "neither true nor false");
        }
    }

    private IllegalArgumentException refused(String key, String what) {
        return new IllegalArgumentException(
                "argument \"" + key + "\" is \"" + values.get(key) + "\", which is " + what);
    }
}
