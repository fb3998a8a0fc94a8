package io.gaia.sdk.internal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gaia.sdk.ArgumentType;
import io.gaia.sdk.LogLevel;
import io.gaia.sdk.Outcome;
import io.gaia.sdk.internal.protocol.PluginProtocol;
import io.gaia.sdk.internal.protocol.ProgramProtocol;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tables say what the {@code .proto} files of Gaia say. */
class ProtoFilesTest {
    private static final Path PROTO = Path.of("../../proto");
    private static final Pattern MESSAGE =
            Pattern.compile("^message (\\w+) \\{(?:}|(.*?)^})", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern FIELD =
            Pattern.compile("^ +(repeated )?(map<string, \\w+>|\\w+) (\\w+) = (\\d+);", Pattern.MULTILINE);
    private static final Pattern NESTED = Pattern.compile("enum (\\w+) \\{(.*?)}", Pattern.DOTALL);

    @Test
    void plugin() throws Exception {
        assertEquals(ofFile("plugin/plugin.proto"), ofTables(PluginProtocol.class));
    }

    @Test
    void program() throws Exception {
        assertEquals(ofFile("program/program.proto"), ofTables(ProgramProtocol.class));
    }

    @Test
    void namesOfNumbers() throws Exception {
        String text = read("program/program.proto");
        assertEquals(namesOf(text, "Type"), names(ArgumentType.values()));
        assertEquals(namesOf(text, "Level"), names(LogLevel.values()));
        assertEquals(namesOf(text, "Outcome"), names(Outcome.values()));
    }

    /** Lines such as {@code repeated uint32 dependson = 4}, by message. */
    private static Map<String, List<String>> ofFile(String path) throws Exception {
        Map<String, List<String>> messages = new TreeMap<>();
        Matcher message = MESSAGE.matcher(read(path));
        while (message.find()) {
            String body = message.group(2) == null ? "" : NESTED.matcher(message.group(2)).replaceAll("");
            List<String> fields = new ArrayList<>();
            Matcher field = FIELD.matcher(body);
            while (field.find()) {
                String shape = field.group(1) == null ? "" : field.group(1);
                fields.add(shape + field.group(2) + " " + field.group(3) + " = " + field.group(4));
            }
            messages.put(message.group(1), fields);
        }
        return messages;
    }

    private static Map<String, List<String>> ofTables(Class<?> protocol) throws Exception {
        Map<String, List<String>> messages = new TreeMap<>();
        for (Field constant : protocol.getFields()) {
            if (Modifier.isStatic(constant.getModifiers()) && constant.getType() == MessageType.class) {
                MessageType type = (MessageType) constant.get(null);
                List<String> fields = new ArrayList<>();
                for (io.gaia.sdk.internal.wire.Field field : type.fields()) {
                    fields.add(line(field));
                }
                messages.put(type.name(), fields);
            }
        }
        return messages;
    }

    private static String line(io.gaia.sdk.internal.wire.Field field) {
        String kind = field.kind.name().toLowerCase();
        if (field.kind == Kind.MESSAGE) {
            kind = field.type.name();
        } else if (field.kind == Kind.ENUM) {
            kind = field.name.substring(0, 1).toUpperCase() + field.name.substring(1);
        }
        if (field.shape == Shape.MAP) {
            kind = "map<string, " + kind + ">";
        }
        return (field.shape == Shape.REPEATED ? "repeated " : "") + kind + " " + field.name + " = " + field.number;
    }

    private static List<String> namesOf(String text, String wanted) {
        Matcher nested = NESTED.matcher(text);
        while (nested.find()) {
            if (nested.group(1).equals(wanted)) {
                List<String> names = new ArrayList<>();
                Matcher name = Pattern.compile("([A-Z_]+) = (\\d+);").matcher(nested.group(2));
                while (name.find()) {
                    assertEquals(names.size(), Integer.parseInt(name.group(2)));
                    names.add(name.group(1));
                }
                return names;
            }
        }
        return List.of();
    }

    private static List<String> names(Enum<?>[] values) {
        List<String> names = new ArrayList<>();
        for (Enum<?> value : values) {
            names.add(value.name());
        }
        return names;
    }

    private static String read(String path) throws Exception {
        return Files.readString(PROTO.resolve(path));
    }
}
