package pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows compiles. */
class ReadmeTest {
    private static final Pattern FENCE = Pattern.compile("^```java\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern CLASS = Pattern.compile("public (?:final )?class (\\w+)");
    private static final String IMPORTS = String.join(
            "\n",
            "import static org.junit.jupiter.api.Assertions.*;",
            "import io.gaia.sdk.*;",
            "import io.gaia.sdk.testing.*;",
            "import java.time.Duration;",
            "import java.util.*;",
            "");
    /** What fragments leave to their reader's imagination. */
    private static final String STAGE = String.join(
            "\n",
            "abstract class Fragment%d {",
            "  abstract void deploy(int replicas);",
            "  abstract long count(String file);",
            "  abstract List<String> files();",
            "  abstract Job sum();",
            "  Job build, deploy;",
            "  void fragment() throws Exception {",
            "%s",
            "  }",
            "}");

    @TempDir
    private Path folder;

    @Test
    void itsCodeCompiles() throws Exception {
        List<JavaFileObject> sources = new ArrayList<>();
        Matcher fence = FENCE.matcher(Files.readString(Path.of("README.md")));
        while (fence.find()) {
            Matcher named = CLASS.matcher(fence.group(1));
            String name = named.find() ? named.group(1) : "Fragment" + sources.size();
            boolean whole = !name.startsWith("Fragment");
            String code = whole ? fence.group(1) : String.format(STAGE, sources.size(), fence.group(1));
            sources.add(source(name, (code.startsWith("import") ? "" : IMPORTS) + code));
        }
        assertEquals(7, sources.size());
        StringWriter output = new StringWriter();
        boolean compiled = ToolProvider.getSystemJavaCompiler()
                .getTask(
                        output,
                        null,
                        null,
                        List.of("-d", folder.toString(), "-proc:none", "-cp", System.getProperty("java.class.path")),
                        null,
                        sources)
                .call();
        assertTrue(compiled, output.toString());
    }

    private static JavaFileObject source(String name, String code) {
        return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return code;
            }
        };
    }
}
