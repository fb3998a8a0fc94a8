import { CopyButton } from "../design/copy-button.tsx";
import { SourceText } from "../design/yaml-text.tsx";

/** The definition's text as it was saved. */
export function SourceOf({
  source,
  kind,
  name,
}: {
  readonly source: string;
  readonly kind: string;
  readonly name: string;
}) {
  return (
    <section aria-label="Source">
      <div className="h-row source-head">
        <h2 className="mono">{name}</h2>
        <span className="n">{source.replace(/\n$/, "").split("\n").length} lines</span>
        <CopyButton text={source} />
      </div>
      <SourceText source={source} isYaml={kind === "workflow"} label={`Source of ${name}`} />
    </section>
  );
}
