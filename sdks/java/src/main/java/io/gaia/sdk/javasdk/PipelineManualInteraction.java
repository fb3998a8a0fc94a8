package io.gaia.sdk.javasdk;

/** A question to a person before a job. No Gaia has ever asked it; here so that pipelines with one compile. */
public class PipelineManualInteraction {
    private String description;
    private InputType type;
    private String value;

    public PipelineManualInteraction() {}

    public PipelineManualInteraction(String description, InputType type) {
        this(description, type, "");
    }

    public PipelineManualInteraction(String description, InputType type, String value) {
        this.description = description;
        this.type = type;
        this.value = value;
    }

    public String getDescription() {
        return description;
    }

    public void setDescription(String description) {
        this.description = description;
    }

    public InputType getType() {
        return type;
    }

    public void setType(InputType type) {
        this.type = type;
    }

    public String getValue() {
        return value;
    }

    public void setValue(String value) {
        this.value = value;
    }
}
