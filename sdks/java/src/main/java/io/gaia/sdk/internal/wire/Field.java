package io.gaia.sdk.internal.wire;

/** A line of a message's table. */
final class Field {
    final int index;
    final int number;
    final String name;
    final Kind kind;
    final Shape shape;
    /** Of a {@link Kind#MESSAGE}; null otherwise. */
    final MessageType type;
    /** What an entry of a {@link Shape#MAP} is on the wire; null otherwise. */
    final MessageType entry;

    Field(int index, int number, String name, Kind kind, Shape shape, MessageType type) {
        this.index = index;
        this.number = number;
        this.name = name;
        this.kind = kind;
        this.shape = shape;
        this.type = type;
        this.entry = shape == Shape.MAP ? MessageType.entryOf(kind, type) : null;
    }
}
