package pipelines;

import java.util.ArrayList;
import java.util.List;

/** What the printed example calls. */
public final class Services {
    /** What was called, and with what. */
    public static final List<Object> CALLS = new ArrayList<>();

    private Services() {}

    public static void callPythonMLService(Object parameters) {
        CALLS.add(parameters);
    }

    public static void updateGoMicroservice(Object configuration) {
        CALLS.add(configuration);
    }
}
