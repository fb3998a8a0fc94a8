package io.gaia.sdk;

import java.util.List;

/**
 * An argument of a job: what a person is asked for when a run is started. Immutable; each method answers a new one.
 *
 * <pre>{@code
 * Argument.choice("target", "staging", "production").describedAs("Where to deploy").defaultsTo("staging")
 * }</pre>
 */
public final class Argument {
    private final String key;
    private final ArgumentType type;
    private final List<String> choices;
    private final String description;
    private final String defaultValue;
    private final boolean required;

    private Argument(
            String key,
            ArgumentType type,
            List<String> choices,
            String description,
            String defaultValue,
            boolean required) {
        this.key = key;
        this.type = type;
        this.choices = choices;
        this.description = description;
        this.defaultValue = defaultValue;
        this.required = required;
    }

    /** A line of text. */
    public static Argument text(String key) {
        return of(key, ArgumentType.TEXT, List.of());
    }

    /** Text of several lines. */
    public static Argument textarea(String key) {
        return of(key, ArgumentType.TEXTAREA, List.of());
    }

    /** True or false. */
    public static Argument bool(String key) {
        return of(key, ArgumentType.BOOLEAN, List.of());
    }

    /** A number, whole or not. */
    public static Argument number(String key) {
        return of(key, ArgumentType.NUMBER, List.of());
    }

    /** One of some texts. */
    public static Argument choice(String key, String... choices) {
        return of(key, ArgumentType.CHOICE, List.of(choices));
    }

    /** A secret of Gaia's vault. A person is not asked for it. */
    public static Argument vault(String secret) {
        return of(secret, ArgumentType.VAULT, List.of());
    }

    /** What a person reads beside the field. */
    public Argument describedAs(String text) {
        return new Argument(key, type, choices, text, defaultValue, required);
    }

    /** The value when none is given: a text, number or boolean that fits the type. */
    public Argument defaultsTo(Object value) {
        return new Argument(key, type, choices, description, String.valueOf(value), required);
    }

    /** Without a value the job is not performed. */
    public Argument required() {
        return new Argument(key, type, choices, description, defaultValue, true);
    }

    public String key() {
        return key;
    }

    public ArgumentType type() {
        return type;
    }

    /** Of a {@link ArgumentType#CHOICE}; empty otherwise. */
    public List<String> choices() {
        return choices;
    }

    public String description() {
        return description;
    }

    /** Empty when there is none. */
    public String defaultValue() {
        return defaultValue;
    }

    public boolean isRequired() {
        return required;
    }

    private static Argument of(String key, ArgumentType type, List<String> choices) {
        return new Argument(key, type, choices, "", "", false);
    }
}
