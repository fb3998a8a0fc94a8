package io.gaia.sdk.javasdk;

import io.gaia.sdk.Argument;

/** An argument of a job: how it is declared, and with which value it is given to a handler. */
public class PipelineArgument {
    private String description = "";
    private InputType type = InputType.TextFieldInp;
    private String key = "";
    private String value = "";

    public PipelineArgument() {}

    public PipelineArgument(String key, String value) {
        this.key = key;
        this.value = value;
    }

    public PipelineArgument(String description, InputType type, String key, String value) {
        this(key, value);
        this.description = description;
        this.type = type;
    }

    public String getDescription() {
        return description;
    }

    public void setDescription(String description) {
        this.description = description;
    }

    public InputType getType() {
        return type;
    }

    public void setType(InputType type) {
        this.type = type;
    }

    public String getKey() {
        return key;
    }

    public void setKey(String key) {
        this.key = key;
    }

    public String getValue() {
        return value;
    }

    public void setValue(String value) {
        this.value = value;
    }

    Argument declared() {
        return of(key).describedAs(orEmpty(description)).defaultsTo(orEmpty(value));
    }

    private Argument of(String name) {
        switch (type) {
            case TextAreaInp:
                return Argument.textarea(name);
            case BoolInp:
                return Argument.bool(name);
            case VaultInp:
                return Argument.vault(name);
            default:
                return Argument.text(name);
        }
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
