import { TriggerRows } from "./pipeline-side.tsx";
import type { PipelineDetail } from "./queries.ts";

/** What starts the pipeline by itself, and what such a start would lack. */
export function Triggers({ pipeline }: { readonly pipeline: PipelineDetail }) {
  const { required_inputs: required, triggers } = pipeline;
  return (
    <section aria-label="Triggers">
      {triggers.length > 0 && required.length > 0 && (
        <p className="note waiting">
          A trigger that names no value for {required.join(", ")} cannot start a run: without a default they
          are asked of a person.
        </p>
      )}
      <TriggerRows pipeline={pipeline} />
      <p className="soft small side-note">
        Triggers stand in {pipeline.kind === "program" ? <code>gaia.yaml</code> : "the definition"}, under{" "}
        <code>triggers</code>.
      </p>
    </section>
  );
}
