package io.gaia.sdk.internal.wire;

import java.nio.charset.StandardCharsets;

/** Reads messages in the encoding of Protocol Buffers, and nothing past the end of what it was given. */
final class WireReader {
    private final byte[] bytes;
    private int position;
    private final int end;

    WireReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private WireReader(byte[] bytes, int position, int end) {
        this.bytes = bytes;
        this.position = position;
        this.end = end;
    }

    Message message(MessageType type) throws MalformedMessageException {
        Message message = new Message(type);
        while (position < end) {
            long tag = varint();
            int wireType = (int) (tag & 7);
            Field field = tag >>> 3 > Integer.MAX_VALUE ? null : type.field((int) (tag >>> 3));
            if (field == null || !fits(field, wireType)) {
                skip(wireType);
            } else {
                read(message, field, wireType);
            }
        }
        return message;
    }

    private static boolean fits(Field field, int wireType) {
        if (!field.kind.isVarint()) {
            return wireType == WireWriter.BYTES;
        }
        return wireType == WireWriter.VARINT || field.shape == Shape.REPEATED && wireType == WireWriter.BYTES;
    }

    private void read(Message message, Field field, int wireType) throws MalformedMessageException {
        switch (field.shape) {
            case SINGLE:
                message.put(field, value(field));
                break;
            case REPEATED:
                if (field.kind.isVarint() && wireType == WireWriter.BYTES) {
                    WireReader packed = part();
                    while (packed.position < packed.end) {
                        message.list(field).add(packed.value(field));
                    }
                } else {
                    message.list(field).add(value(field));
                }
                break;
            default:
                Message entry = part().message(field.entry);
                message.map(field).put(entry.text("key"), entryValue(field, entry));
        }
    }

    private static Object entryValue(Field field, Message entry) {
        return field.kind == Kind.MESSAGE ? entry.message("value") : entry.text("value");
    }

    private Object value(Field field) throws MalformedMessageException {
        switch (field.kind) {
            case STRING:
                WireReader text = part();
                return new String(bytes, text.position, text.end - text.position, StandardCharsets.UTF_8);
            case MESSAGE:
                return part().message(field.type);
            case BOOL:
                return varint() != 0;
            case UINT64:
                return varint();
            default:
                return varint() & 0xFFFF_FFFFL;
        }
    }

    private void skip(int wireType) throws MalformedMessageException {
        switch (wireType) {
            case WireWriter.VARINT:
                varint();
                break;
            case WireWriter.FIXED64:
                advance(8);
                break;
            case WireWriter.BYTES:
                part();
                break;
            case WireWriter.FIXED32:
                advance(4);
                break;
            default:
                throw new MalformedMessageException(
                        "a field has wire type " + wireType + ", which proto3 does not have");
        }
    }

    /** The next bytes, as many as the number before them says. */
    private WireReader part() throws MalformedMessageException {
        long length = varint();
        int start = position;
        advance(length);
        return new WireReader(bytes, start, position);
    }

    private void advance(long length) throws MalformedMessageException {
        if (length < 0 || length > end - position) {
            throw new MalformedMessageException("the message ends within a field");
        }
        position += (int) length;
    }

    private long varint() throws MalformedMessageException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position >= end) {
                throw new MalformedMessageException("the message ends within a number");
            }
            byte next = bytes[position++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedMessageException("a number has more than 64 bits");
    }
}
