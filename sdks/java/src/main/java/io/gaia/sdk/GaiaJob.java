package io.gaia.sdk;

import java.util.Map;

/** A job as a class of its own that needs nothing but its arguments; see {@link JobBuilder#executes}. */
@FunctionalInterface
public interface GaiaJob {
    /**
     * Performs the job.
     *
     * @param args the arguments that have a value: a {@link Boolean}, a {@link Number} or a {@link String}, as the
     *     argument is declared
     * @throws Exception whatever is thrown: the job has failed
     */
    void execute(Map<String, Object> args) throws Exception;
}
