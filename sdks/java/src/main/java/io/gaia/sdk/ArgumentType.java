package io.gaia.sdk;

/** What an argument is. The order is that of the wire. */
public enum ArgumentType {
    TEXT("textfield"),
    TEXTAREA("textarea"),
    BOOLEAN("boolean"),
    NUMBER("textfield"),
    CHOICE("textfield"),
    /** The key is the name of a secret. */
    VAULT("vault");

    private final String published;

    ArgumentType(String published) {
        this.published = published;
    }

    /** What it is called in {@code proto.Plugin}, which knows four types. */
    public String published() {
        return published;
    }

    /** Whether any text is a value, the empty one as well. */
    boolean isText() {
        return this == TEXT || this == TEXTAREA || this == VAULT;
    }
}
