package io.gaia.sdk;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A job that another one adds while the pipeline runs; see {@link Context#add}. */
public interface AddedJob extends Titled {
    /** Whose function is performed. */
    Job job();

    /** Gives an argument a value, which is sent as text. */
    AddedJob argument(String key, Object value);

    /** Jobs of the run, or others that are added, that have to succeed before. */
    AddedJob dependsOn(Titled... jobs);

    /** Jobs of the run, or others that are added, that have to succeed before. */
    AddedJob dependsOn(Collection<? extends Titled> jobs);

    /** Titles of jobs of the run that have to succeed before. */
    AddedJob dependsOn(String... titles);

    Map<String, String> arguments();

    /** Titles of what has to succeed before. */
    List<String> dependencies();
}
