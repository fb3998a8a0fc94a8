package io.gaia.sdk;

/** Asked before a job is performed; see {@link JobBuilder#when}. */
@FunctionalInterface
public interface Condition {
    /**
     * Whether the job is performed; otherwise it is skipped.
     *
     * @throws Exception whatever is thrown: the job has failed
     */
    boolean holds(Context context) throws Exception;
}
