package io.gaia.sdk.internal.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Writes messages in the encoding of Protocol Buffers: https://protobuf.dev/programming-guides/encoding/ */
final class WireWriter {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] toBytes() {
        return out.toByteArray();
    }

    WireWriter fields(Message message) {
        for (Field field : message.type().fields()) {
            Object value = message.get(field);
            if (value == null) {
                continue;
            }
            switch (field.shape) {
                case SINGLE:
                    single(field, value);
                    break;
                case REPEATED:
                    repeated(field, (List<?>) value);
                    break;
                default:
                    map(field, (Map<?, ?>) value);
            }
        }
        return this;
    }

    /** A number or text that equals its default is left out; a message is there when it was set. */
    private void single(Field field, Object value) {
        if (field.kind == Kind.MESSAGE || !isDefault(value)) {
            tag(field.number, field.kind.isVarint() ? VARINT : BYTES);
            value(field, value);
        }
    }

    private void repeated(Field field, List<?> values) {
        if (field.kind.isVarint()) {
            packed(field, values);
            return;
        }
        for (Object value : values) {
            tag(field.number, BYTES);
            value(field, value);
        }
    }

    private void packed(Field field, List<?> values) {
        if (values.isEmpty()) {
            return;
        }
        WireWriter packed = new WireWriter();
        for (Object value : values) {
            packed.value(field, value);
        }
        tag(field.number, BYTES);
        bytes(packed.toBytes());
    }

    private void map(Field field, Map<?, ?> entries) {
        Field key = field.entry.field(1);
        Field value = field.entry.field(2);
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            Message pair = new Message(field.entry);
            pair.put(key, entry.getKey());
            pair.put(value, entry.getValue());
            tag(field.number, BYTES);
            bytes(pair.toBytes());
        }
    }

    private void value(Field field, Object value) {
        switch (field.kind) {
            case STRING:
                bytes(((String) value).getBytes(StandardCharsets.UTF_8));
                break;
            case MESSAGE:
                bytes(((Message) value).toBytes());
                break;
            case BOOL:
                out.write((Boolean) value ? 1 : 0);
                break;
            default:
                varint((Long) value);
        }
    }

    private static boolean isDefault(Object value) {
        return value.equals(0L) || value.equals(Boolean.FALSE) || value.equals("");
    }

    private void tag(int number, int wireType) {
        varint((long) number << 3 | wireType);
    }

    private void bytes(byte[] bytes) {
        varint(bytes.length);
        out.write(bytes, 0, bytes.length);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
