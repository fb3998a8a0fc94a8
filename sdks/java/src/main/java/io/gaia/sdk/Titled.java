package io.gaia.sdk;

/** Something that others can depend on: a {@link Job} of the pipeline, or one that was {@link AddedJob added}. */
public interface Titled {
    /** Its title, unique within a run in any case of its letters. */
    String title();
}
