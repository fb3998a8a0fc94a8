import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { refusalFrom } from "../api/refusal.ts";
import { Failure, Icon, SectionHead, StatusMark } from "../design/index.ts";
import { secretsQuery } from "../api/queries.ts";
import { secretsOf } from "../app/program-outline.ts";
import type { PipelineDetail } from "./queries.ts";
import { usesOf } from "./secret-uses.ts";

/** The secrets that a run is given, and those for which it would be refused. */
export function UsedSecrets({ pipeline }: { readonly pipeline: PipelineDetail }) {
  const { data: stored, error } = useQuery(secretsQuery);
  const wanted = secretsOf(pipeline.source);
  if (error !== null && wanted.length > 0)
    return <Failure what="Whether its secrets are stored cannot be read." refusal={refusalFrom(error)} />;
  const uses = stored === undefined ? [] : usesOf(pipeline.name, wanted, stored);
  if (uses.length === 0) return null;
  return (
    <section aria-label="Secrets">
      <SectionHead title="Secrets" note="nobody is asked for them" />
      <ul className="rows">
        {uses.map(({ name, state }) => (
          <li key={name} className="row secret-use">
            {state === "given" ? <Icon name="key" /> : <StatusMark status="failed" />}
            <span>
              <Link className="link mono" to="/secrets" search={state === "missing" ? {} : { secret: name }}>
                {name}
              </Link>
              {state !== "given" && (
                <span className="block small failed-text">
                  {state === "missing"
                    ? "is not stored: a run is refused, unless the server's environment has it"
                    : `is not for ${pipeline.name}: a run is refused`}
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
