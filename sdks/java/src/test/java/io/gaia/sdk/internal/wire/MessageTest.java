package io.gaia.sdk.internal.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MessageTest {
    private static final MessageType PART = MessageType.named("Part").string(1, "name").uint32(2, "size");
    private static final MessageType WHOLE = MessageType.named("Whole")
            .uint32(1, "small")
            .uint64(2, "large")
            .bool(3, "flag")
            .enumeration(4, "kind")
            .string(5, "text")
            .message(6, "part", PART)
            .uint32s(7, "numbers")
            .strings(8, "texts")
            .messages(9, "parts", PART)
            .stringMap(10, "words")
            .messageMap(2000, "pieces", PART);

    @Test
    void everyKindOfFieldComesBack() throws Exception {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("b", "2");
        words.put("", "");
        words.put("a", "☃");
        Message message = new Message(WHOLE)
                .set("small", 0xFFFF_FFFFL)
                .set("large", -1)
                .set("flag", true)
                .set("kind", 5)
                .set("text", "Größe ☃ 😀")
                .set("part", new Message(PART).set("name", "inner"))
                .add("numbers", 0L)
                .add("numbers", 300L)
                .add("texts", "")
                .add("texts", "x")
                .add("parts", new Message(PART))
                .add("parts", new Message(PART).set("size", 7))
                .set("words", words)
                .set("pieces", Map.of("one", new Message(PART).set("size", 1)));

        Message back = Message.parse(WHOLE, message.toBytes());

        assertEquals(0xFFFF_FFFFL, back.number("small"));
        assertEquals(-1, back.number("large"));
        assertTrue(back.bool("flag"));
        assertEquals(5, back.number("kind"));
        assertEquals("Größe ☃ 😀", back.text("text"));
        assertEquals("inner", back.message("part").text("name"));
        assertEquals(List.of(0L, 300L), back.numbers("numbers"));
        assertEquals(List.of("", "x"), back.texts("texts"));
        assertEquals(2, back.messages("parts").size());
        assertEquals(7, back.messages("parts").get(1).number("size"));
        assertEquals(List.of("b", "", "a"), List.copyOf(back.textMap("words").keySet()));
        assertEquals("☃", back.textMap("words").get("a"));
        assertEquals(1, back.messageMap("pieces").get("one").number("size"));
        assertArrayEquals(message.toBytes(), back.toBytes());
    }

    @Test
    void bytesAreThoseOfProtocolBuffers() {
        assertArrayEquals(bytes(0x08, 0x96, 0x01), new Message(WHOLE).set("small", 150).toBytes());
        assertArrayEquals(
                bytes(0x3A, 0x06, 0x03, 0x8E, 0x02, 0x9E, 0xA7, 0x05),
                new Message(WHOLE).add("numbers", 3L).add("numbers", 270L).add("numbers", 86942L).toBytes());
        assertArrayEquals(
                bytes(0x52, 0x06, 0x0A, 0x01, 'k', 0x12, 0x01, 'v'),
                new Message(WHOLE).set("words", Map.of("k", "v")).toBytes());
    }

    @Test
    void defaultsAreNotSentAndMessagesAre() {
        Message message = new Message(WHOLE).set("small", 0).set("flag", false).set("text", "");
        assertArrayEquals(bytes(), message.toBytes());
        assertArrayEquals(bytes(0x32, 0x00), message.set("part", new Message(PART)).toBytes());
    }

    @Test
    void whatWasNotSentHasItsDefault() throws Exception {
        Message message = Message.parse(WHOLE, new byte[0]);
        assertFalse(message.has("part"));
        assertEquals("", message.message("part").text("name"));
        assertEquals(List.of(), message.numbers("numbers"));
        assertEquals(Map.of(), message.textMap("words"));
    }

    @Test
    void unknownFieldsAndOtherWireTypesArePassedOver() throws Exception {
        byte[] bytes = bytes(
                0x98, 0x06, 0x01, // field 99, a varint
                0x99, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, // field 99, of 64 bits
                0x9A, 0x06, 0x02, 1, 2, // field 99, bytes
                0x9D, 0x06, 1, 2, 3, 4, // field 99, of 32 bits
                0x0A, 0x01, 'x', // field 1 as bytes, though it is a varint
                0x28, 0x01, // field 5 as a varint, though it is text
                0x08, 0x07);
        assertEquals(7, Message.parse(WHOLE, bytes).number("small"));
    }

    @Test
    void repeatedNumbersAreReadPackedAndOneByOne() throws Exception {
        assertEquals(
                List.of(1L, 2L, 3L),
                Message.parse(WHOLE, bytes(0x38, 0x01, 0x3A, 0x02, 0x02, 0x03)).numbers("numbers"));
    }

    @Test
    void bytesThatEndTooEarlyAreRefused() throws Exception {
        byte[] whole = new Message(WHOLE)
                .set("text", "some text")
                .set("part", new Message(PART).set("name", "inner").set("size", 300))
                .add("numbers", 86942L)
                .set("words", Map.of("key", "value"))
                .toBytes();
        int refused = 0;
        for (int length = 0; length < whole.length; length++) {
            try {
                Message.parse(WHOLE, Arrays.copyOf(whole, length));
            } catch (MalformedMessageException malformed) {
                refused++;
            }
        }
        // A message may end after each of its four fields.
        assertEquals(whole.length - 4, refused);
    }

    @Test
    void bytesThatAreNoMessageAreRefused() {
        for (byte[] bytes : List.of(
                bytes(0x0B), // the begin of a group
                bytes(0x0F), // a wire type that is none
                bytes(0x2A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F), // text of 4 GiB
                bytes(0x2A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01), // text of -1 bytes
                bytes(0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01))) {
            assertThrows(MalformedMessageException.class, () -> Message.parse(WHOLE, bytes));
        }
    }

    @Test
    void aNameThatTheTableDoesNotHaveIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Message(WHOLE).set("smal", 1));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int index = 0; index < values.length; index++) {
            bytes[index] = (byte) values[index];
        }
        return bytes;
    }
}
