package io.gaia.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ArgumentsTest {
    private static final List<Argument> DECLARED = List.of(
            Argument.text("name").defaultsTo("world"),
            Argument.textarea("note"),
            Argument.bool("loud").defaultsTo(true),
            Argument.number("times").defaultsTo(2),
            Argument.choice("tone", "calm", "wild").defaultsTo("calm"),
            Argument.vault("TOKEN"),
            Argument.text("what").required());

    @Test
    void defaultsFillWhatIsNotGiven() {
        Arguments arguments = given();
        assertEquals("world", arguments.getString("name"));
        assertTrue(arguments.getBoolean("loud"));
        assertEquals(2, arguments.getInt("times"));
        assertEquals("calm", arguments.getString("tone"));
        assertEquals("", arguments.getString("note"));
        assertFalse(arguments.has("note"));
        assertEquals(List.of("what"), arguments.missing());
    }

    @Test
    void anEmptyTextIsAValueOfATextAlone() {
        Arguments arguments = given("name", "", "loud", "", "times", "", "tone", "", "what", "");
        assertEquals("", arguments.getString("name"));
        assertTrue(arguments.getBoolean("loud"));
        assertEquals(2, arguments.getInt("times"));
        assertEquals("calm", arguments.getString("tone"));
        assertEquals(List.of("what"), arguments.missing());
        assertEquals(List.of(), given("what", "x").missing());
    }

    @Test
    void valuesAreConverted() {
        Arguments arguments = given("loud", "FALSE", "times", " 12 ", "other", "1e3");
        assertFalse(arguments.getBoolean("loud"));
        assertTrue(given("loud", " 1").getBoolean("loud"));
        assertFalse(given("loud", "0").getBoolean("loud"));
        assertEquals(12, arguments.getInt("times"));
        assertEquals(12L, arguments.getLong("times"));
        assertEquals(1000.0, arguments.getDouble("other"));
        assertEquals(1000, arguments.getInt("other"));
    }

    @Test
    void whatCannotBeConvertedIsRefusedWithItsName() {
        Arguments arguments = given("loud", "yes", "times", "x", "tone", "shrill", "half", "0.5", "much", "3000000000");
        assertRefused(
                "argument \"loud\" is \"yes\", which is neither true nor false", () -> arguments.getBoolean("loud"));
        assertRefused("argument \"times\" is \"x\", which is no number", () -> arguments.getDouble("times"));
        assertRefused(
                "argument \"tone\" is \"shrill\", which is none of calm, wild", () -> arguments.getString("tone"));
        assertRefused(
                "argument \"half\" is \"0.5\", which is no whole number of 64 bits", () -> arguments.getLong("half"));
        assertRefused(
                "argument \"much\" is \"3000000000\", which is no whole number of 32 bits",
                () -> arguments.getInt("much"));
        assertRefused("argument \"none\" has no value, and a number is needed", () -> arguments.getInt("none"));
    }

    @Test
    void aMapHasTheTypesThatAreDeclared() {
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("times", 2.5);
        expected.put("extra", "1");
        expected.put("name", "world");
        expected.put("loud", true);
        expected.put("tone", "calm");
        Map<String, Object> map = given("times", "2.5", "extra", "1").asMap();
        assertEquals(expected, map);
        assertEquals(7L, given("times", "7").asMap().get("times"));
        assertEquals(List.copyOf(expected.keySet()), List.copyOf(map.keySet()));
    }

    private static void assertRefused(String message, Executable getter) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, getter).getMessage());
    }

    private static Arguments given(String... pairs) {
        Map<String, String> given = new LinkedHashMap<>();
        for (int index = 0; index < pairs.length; index += 2) {
            given.put(pairs[index], pairs[index + 1]);
        }
        return new Arguments(DECLARED, given);
    }
}
