package io.gaia.sdk.javasdk;

import io.gaia.sdk.ArgumentType;

/** What an argument is. */
public enum InputType {
    TextFieldInp(ArgumentType.TEXT),
    TextAreaInp(ArgumentType.TEXTAREA),
    BoolInp(ArgumentType.BOOLEAN),
    VaultInp(ArgumentType.VAULT);

    private final ArgumentType type;

    InputType(ArgumentType type) {
        this.type = type;
    }

    /** Its name in the protocol. */
    public String getType() {
        return type.published();
    }
}
