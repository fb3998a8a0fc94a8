import { useQuery } from "@tanstack/react-query";
import type { RunView } from "../../api/client.ts";
import { exact, Moment } from "../../design/index.ts";
import { commitStatusQuery } from "../queries.ts";

/** Runs that are started otherwise have no commit of which a forge is told. */
const ON_COMMITS: ReadonlySet<string> = new Set(["git", "retry", "build"]);

/** What a forge is told of the run's commit; nothing where none is. */
export function CommitStatus({ run }: { readonly run: RunView }) {
  const query = useQuery({
    ...commitStatusQuery(run.id, run.status),
    enabled: ON_COMMITS.has(run.trigger) || run.retry_of !== null,
  });
  const status = query.data?.commit_status ?? null;
  if (status === null) return null;
  return (
    <section aria-labelledby="commit-status-h">
      <h3 id="commit-status-h">Commit</h3>
      <p className="mid">{status.text}.</p>
      <dl className="kv">
        <dt>Commit</dt>
        <dd className="mono">{status.commit}</dd>
        {status.told_at !== null && (
          <>
            <dt>Told last</dt>
            <dd>
              {status.told_state}, <Moment at={status.told_at} text={exact(Date.parse(status.told_at))} />
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
