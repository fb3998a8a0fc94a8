package io.gaia.sdk.internal.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The table of a message's fields, written down beside its name as the {@code .proto} file has it: messages are few,
 * and without generated code a pipeline may use any version of protobuf, or none.
 */
public final class MessageType {
    private final String name;
    private final List<Field> fields = new ArrayList<>();

    private MessageType(String name) {
        this.name = name;
    }

    /** A message without fields so far. */
    public static MessageType named(String name) {
        return new MessageType(name);
    }

    static MessageType entryOf(Kind kind, MessageType type) {
        return named("entry").string(1, "key").with(2, "value", kind, Shape.SINGLE, type);
    }

    public MessageType uint32(int number, String field) {
        return with(number, field, Kind.UINT32, Shape.SINGLE, null);
    }

    public MessageType uint64(int number, String field) {
        return with(number, field, Kind.UINT64, Shape.SINGLE, null);
    }

    public MessageType bool(int number, String field) {
        return with(number, field, Kind.BOOL, Shape.SINGLE, null);
    }

    /** A field whose values are numbers with names. */
    public MessageType enumeration(int number, String field) {
        return with(number, field, Kind.ENUM, Shape.SINGLE, null);
    }

    public MessageType string(int number, String field) {
        return with(number, field, Kind.STRING, Shape.SINGLE, null);
    }

    public MessageType message(int number, String field, MessageType type) {
        return with(number, field, Kind.MESSAGE, Shape.SINGLE, type);
    }

    public MessageType uint32s(int number, String field) {
        return with(number, field, Kind.UINT32, Shape.REPEATED, null);
    }

    public MessageType strings(int number, String field) {
        return with(number, field, Kind.STRING, Shape.REPEATED, null);
    }

    public MessageType messages(int number, String field, MessageType type) {
        return with(number, field, Kind.MESSAGE, Shape.REPEATED, type);
    }

    public MessageType stringMap(int number, String field) {
        return with(number, field, Kind.STRING, Shape.MAP, null);
    }

    public MessageType messageMap(int number, String field, MessageType type) {
        return with(number, field, Kind.MESSAGE, Shape.MAP, type);
    }

    /** The message's name, without its package. */
    public String name() {
        return name;
    }

    List<Field> fields() {
        return Collections.unmodifiableList(fields);
    }

    /** The field of a name. Who asks for one that is not there has a typing error. */
    Field field(String wanted) {
        for (Field field : fields) {
            if (field.name.equals(wanted)) {
                return field;
            }
        }
        throw new IllegalArgumentException(name + " has no field " + wanted);
    }

    /** The field of a number; null when this table does not know it. */
    Field field(int number) {
        for (Field field : fields) {
            if (field.number == number) {
                return field;
            }
        }
        return null;
    }

    private MessageType with(int number, String field, Kind kind, Shape shape, MessageType type) {
        fields.add(new Field(fields.size(), number, field, kind, shape, type));
        return this;
    }
}
