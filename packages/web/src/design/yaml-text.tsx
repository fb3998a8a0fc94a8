import "./yaml-text.css";
import { lazy, Suspense } from "react";

const Coloured = lazy(() =>
  import("./yaml-coloured.tsx").then(({ Coloured: component }) => ({ default: component })),
);

/** A source text that is only read, with numbered lines; YAML is coloured once its parser is there. */
export function SourceText({
  source,
  isYaml,
  label,
}: {
  readonly source: string;
  readonly isYaml: boolean;
  readonly label: string;
}) {
  const plain = source.replace(/\n$/, "").split("\n");
  const uncoloured = (
    <ol>
      {plain.map((line, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- a line is its number
        <li key={at}>{line}</li>
      ))}
    </ol>
  );
  return (
    <div className="source-text" role="region" aria-label={label} tabIndex={0}>
      {isYaml ? (
        <Suspense fallback={uncoloured}>
          <Coloured source={source} />
        </Suspense>
      ) : (
        uncoloured
      )}
    </div>
  );
}
