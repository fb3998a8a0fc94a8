package io.gaia.sdk.internal.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A message: values by the names of its table. What was not set has its default, as in proto3. */
public final class Message {
    private final MessageType type;
    /** By index of the field: a Long, Boolean, String, Message, or a List or Map of them; null when not set. */
    private final Object[] values;

    /** An empty message. */
    public Message(MessageType type) {
        this.type = type;
        this.values = new Object[type.fields().size()];
    }

    /** Reads a message from its bytes. Fields that the table does not know are passed over. */
    public static Message parse(MessageType type, byte[] bytes) throws MalformedMessageException {
        return new WireReader(bytes).message(type);
    }

    public byte[] toBytes() {
        return new WireWriter().fields(this).toBytes();
    }

    public Message set(String field, long number) {
        return put(field, number);
    }

    public Message set(String field, boolean value) {
        return put(field, value);
    }

    public Message set(String field, String text) {
        return put(field, text);
    }

    public Message set(String field, Message message) {
        return put(field, message);
    }

    /** Sets the values of a map field: texts or messages. */
    public Message set(String field, Map<String, ?> entries) {
        return put(field, new LinkedHashMap<>(entries));
    }

    /** Adds a number, text or message to a repeated field. */
    public Message add(String field, Object value) {
        list(type.field(field)).add(value);
        return this;
    }

    public boolean has(String field) {
        return get(field) != null;
    }

    public long number(String field) {
        Object value = get(field);
        return value == null ? 0 : (Long) value;
    }

    public boolean bool(String field) {
        return Boolean.TRUE.equals(get(field));
    }

    public String text(String field) {
        Object value = get(field);
        return value == null ? "" : (String) value;
    }

    /** An empty message when it was not set. */
    public Message message(String field) {
        Object value = get(field);
        return value == null ? new Message(type.field(field).type) : (Message) value;
    }

    @SuppressWarnings("unchecked")
    public List<Long> numbers(String field) {
        Object value = get(field);
        return value == null ? Collections.emptyList() : (List<Long>) value;
    }

    @SuppressWarnings("unchecked")
    public List<String> texts(String field) {
        Object value = get(field);
        return value == null ? Collections.emptyList() : (List<String>) value;
    }

    @SuppressWarnings("unchecked")
    public List<Message> messages(String field) {
        Object value = get(field);
        return value == null ? Collections.emptyList() : (List<Message>) value;
    }

    @SuppressWarnings("unchecked")
    public Map<String, String> textMap(String field) {
        Object value = get(field);
        return value == null ? Collections.emptyMap() : (Map<String, String>) value;
    }

    @SuppressWarnings("unchecked")
    public Map<String, Message> messageMap(String field) {
        Object value = get(field);
        return value == null ? Collections.emptyMap() : (Map<String, Message>) value;
    }

    MessageType type() {
        return type;
    }

    Object get(Field field) {
        return values[field.index];
    }

    void put(Field field, Object value) {
        values[field.index] = value;
    }

    @SuppressWarnings("unchecked")
    List<Object> list(Field field) {
        if (values[field.index] == null) {
            values[field.index] = new ArrayList<>();
        }
        return (List<Object>) values[field.index];
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> map(Field field) {
        if (values[field.index] == null) {
            values[field.index] = new LinkedHashMap<>();
        }
        return (Map<String, Object>) values[field.index];
    }

    private Object get(String field) {
        return values[type.field(field).index];
    }

    private Message put(String field, Object value) {
        values[type.field(field).index] = value;
        return this;
    }
}
