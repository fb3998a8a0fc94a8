import { useMemo } from "react";
import { yamlLines } from "./yaml-tokens.ts";

/** The lines of a YAML text in colour; apart, as the parser is large. */
export function Coloured({ source }: { readonly source: string }) {
  const lines = useMemo(() => yamlLines(source), [source]);
  return (
    <ol>
      {lines.map((line, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- a line is its number
        <li key={at}>
          {line.map(({ text, className }, part) => (
            // oxlint-disable-next-line react/no-array-index-key -- a part is its place
            <span key={part} className={className}>
              {text}
            </span>
          ))}
        </li>
      ))}
    </ol>
  );
}
