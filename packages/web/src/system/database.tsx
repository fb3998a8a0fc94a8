import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, data, type SystemView } from "../api/client.ts";
import { refusalFrom } from "../api/refusal.ts";
import { Ago, bytes, Button, count, Failure, Icon, SectionHead } from "../design/index.ts";

/** The database, and what can be done with it while it is in use. */
export function Database({ database }: { readonly database: SystemView["database"] }) {
  const { last_backup: last } = database;
  return (
    <section aria-labelledby="database-title" id="database">
      <SectionHead id="database-title" title="Database" />
      <dl className="kv sys-kv">
        <dt>Kind</dt>
        <dd>SQLite, write-ahead log, full sync</dd>
        <dt>Size</dt>
        <dd>
          {bytes(database.size_bytes)}, {count(database.runs)} {database.runs === 1 ? "run" : "runs"}
        </dd>
        <dt>Log not merged</dt>
        <dd>{bytes(database.wal_bytes)}</dd>
        <dt>Schema</dt>
        <dd>version {database.schema_version}</dd>
        <dt>Last backup</dt>
        <dd>
          {last === null ? (
            "none in the folder for backups"
          ) : (
            <span title={last.path}>
              <Ago at={last.at} past />, {bytes(last.size_bytes)}
            </span>
          )}
        </dd>
      </dl>
      <div className="sys-works">
        <Work
          label="Check"
          about="Looks for damage. Reading goes on."
          run={async () => {
            const { ok, problems } = await data(api.POST("/system/db/check"));
            return ok ? "The database is sound." : `It is damaged: ${problems.join("; ")}`;
          }}
        />
        <Work
          label="Compact"
          about="Gives unused space back to the disk."
          run={async () => {
            const { before_bytes, after_bytes } = await data(api.POST("/system/db/compact"));
            const freed = Math.max(0, before_bytes - after_bytes);
            return freed === 0
              ? `Nothing was to be given back: it has ${bytes(after_bytes)}.`
              : `${bytes(freed)} given back: from ${bytes(before_bytes)} to ${bytes(after_bytes)}.`;
          }}
        />
        <Work
          label="Back up"
          about="Copies it while it is in use, into the folder for backups."
          run={async () => {
            const { path, size_bytes } = await data(api.POST("/system/db/backup", { body: {} }));
            return `${bytes(size_bytes)} copied to ${path}`;
          }}
        />
      </div>
    </section>
  );
}

/** An action with its result in words, where it was asked for. */
function Work({
  label,
  about,
  run,
}: {
  readonly label: string;
  readonly about: string;
  readonly run: () => Promise<string>;
}) {
  const queries = useQueryClient();
  const work = useMutation({
    mutationFn: run,
    onSettled: () => void queries.invalidateQueries({ queryKey: ["system"] }),
  });
  return (
    <div className="sys-work">
      <Button size="small" busy={work.isPending} onClick={() => work.mutate()}>
        {label}
      </Button>
      <div className="small" role="status">
        {work.isPending ? (
          <p className="soft">At work.</p>
        ) : work.isSuccess ? (
          <Done>{work.data}</Done>
        ) : (
          <p className="soft">{about}</p>
        )}
      </div>
      {work.error !== null && (
        <Failure
          what={`“${label}” was not done.`}
          refusal={refusalFrom(work.error)}
          unaffected="The database is as it was."
        />
      )}
    </div>
  );
}

function Done({ children }: { readonly children: ReactNode }) {
  return (
    <p className="sys-done">
      <Icon name="check" /> <span>{children}</span>
    </p>
  );
}
