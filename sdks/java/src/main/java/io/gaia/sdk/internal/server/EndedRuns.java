package io.gaia.sdk.internal.server;

import io.gaia.sdk.EndedRun;
import io.gaia.sdk.internal.perform.Json;
import io.gaia.sdk.internal.wire.Message;
import java.util.LinkedHashMap;
import java.util.Map;

/** Ended runs out of the host's answers. */
final class EndedRuns {
    private EndedRuns() {}

    static EndedRun of(Message run) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        run.textMap("outputs").forEach((key, json) -> outputs.put(key, Json.read(json)));
        return new EndedRun(run.text("id"), run.text("status"), outputs);
    }
}
