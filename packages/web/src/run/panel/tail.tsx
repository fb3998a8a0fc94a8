import { useQuery } from "@tanstack/react-query";
import type { JobView } from "../../api/client.ts";
import { refusalFrom } from "../../api/refusal.ts";
import { tailQuery } from "../queries.ts";
import { tailOf } from "./colours.ts";

const LINES = 8;
/** A text of this length was cut at its start. */
const CUT_BYTES = 2_900;

/** The last lines of what a job printed. */
export function Tail({ id, job }: { readonly id: string; readonly job: JobView }) {
  const isLive = job.status === "running" || job.status === "stopping";
  const query = useQuery(tailQuery(id, job.key, job.attempt, isLive));
  const text = query.data ?? "";
  const lines = tailOf(text, LINES, text.length > CUT_BYTES);
  return (
    <section>
      <h3>Log, last lines</h3>
      {query.error !== null && (
        <p className="mid">
          It cannot be read: {refusalFrom(query.error).message} The job itself is not affected.
        </p>
      )}
      {query.error === null && lines.length === 0 && (
        <p className="soft">
          {query.isPending ? "Reading …" : isLive ? "Nothing printed so far." : "It printed nothing."}
        </p>
      )}
      {lines.length > 0 && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling area takes focus
        <pre className="tail" tabIndex={0} aria-label="Last lines of the log">
          {lines.map((line, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- a line is its place
            <span key={at}>
              {line.map((part, place) => (
                // oxlint-disable-next-line react/no-array-index-key -- a part is its place
                <span key={place} className={part.className || undefined}>
                  {part.text}
                </span>
              ))}
              {"\n"}
            </span>
          ))}
        </pre>
      )}
    </section>
  );
}
