package io.gaia.sdk.internal.local;

import io.gaia.sdk.EndedRun;
import io.gaia.sdk.Job;
import io.gaia.sdk.LogLevel;
import io.gaia.sdk.internal.perform.Host;
import io.gaia.sdk.internal.program.Program;
import java.util.Map;

/** The host of one job that runs without Gaia. */
public final class LocalHost implements Host {
    /** Where log lines go. */
    @FunctionalInterface
    public interface Lines {
        void logged(String title, LogLevel level, String text);
    }

    private final Program program;
    private final String title;
    private final OtherPipelines others;
    private final Lines lines;

    /** @param program whose jobs may be added; null: any may */
    public LocalHost(Program program, String title, OtherPipelines others, Lines lines) {
        this.program = program;
        this.title = title;
        this.others = others;
        this.lines = lines;
    }

    @Override
    public void log(LogLevel level, String text) {
        lines.logged(title, level, text);
    }

    @Override
    public void checkCanAdd(Job job) {
        if (program != null) {
            program.checkIsOwn(job);
        }
    }

    @Override
    public String startRun(String pipeline, Map<String, String> arguments) {
        return others.start(pipeline, arguments);
    }

    @Override
    public EndedRun awaitRun(String run) {
        return others.await(run);
    }
}
