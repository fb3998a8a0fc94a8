import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, data } from "../api/client.ts";
import { secretsQuery } from "../api/queries.ts";
import { refusalFrom } from "../api/refusal.ts";
import { whoText } from "../app/deed.ts";
import {
  Ago,
  Button,
  Confirm,
  Failure,
  SectionHead,
  SkeletonRows,
  StatusMark,
  toast,
} from "../design/index.ts";
import { SecretForm } from "./form.tsx";
import { type Secret, versionsQuery } from "./queries.ts";
import { tasksText } from "./words.ts";

/** One secret: its value replaced, what is said of it changed, who uses it, its versions, and its end. */
export function SecretDetail({ secret, onClose }: { readonly secret: Secret; readonly onClose: () => void }) {
  return (
    <section className="aside secret-detail" aria-labelledby="secret-name">
      <SectionHead id="secret-name" title={secret.name}>
        <Button size="small" icon="close" onClick={onClose}>
          Close
        </Button>
      </SectionHead>
      <SecretForm key={`${secret.name} ${secret.updated_at}`} secret={secret} taken={[]} onDone={() => {}} />
      <Uses secret={secret} />
      <Versions secret={secret} />
      <Remove secret={secret} onGone={onClose} />
    </section>
  );
}

function Uses({ secret }: { readonly secret: Secret }) {
  return (
    <section aria-labelledby="secret-uses">
      <SectionHead id="secret-uses" title="Used by" note="pipelines whose tasks or webhooks name it" />
      {secret.used_by.length === 0 && <p className="mid">No pipeline names it.</p>}
      <ul className="rows" aria-label="Pipelines that use it">
        {secret.used_by.map(({ pipeline, tasks, allowed }) => (
          <li key={pipeline} className="row secret-use">
            <Link className="link" to="/pipelines/$pipeline" params={{ pipeline }} search={{}}>
              {pipeline}
            </Link>
            <span className="soft">{tasksText(tasks)}</span>
            {!allowed && (
              <span className="err secret-outside">
                <StatusMark status="failed" />
                <span>It is not in scope: its runs are refused.</span>
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Versions({ secret: { name, version: newest } }: { readonly secret: Secret }) {
  const queries = useQueryClient();
  const query = useQuery(versionsQuery(name));
  const [asked, ask] = useState<number | null>(null);
  const remove = useMutation({
    mutationFn: (version: number) =>
      data(
        api.DELETE("/secrets/{name}/versions/{version}", {
          params: { path: { name, version: `${version}` } },
        }),
      ),
    onSuccess: ({ version }) => toast(`Version ${version} of ${name} is removed.`),
    onSettled: () => void queries.invalidateQueries({ queryKey: versionsQuery(name).queryKey }),
  });
  return (
    <section aria-labelledby="secret-versions">
      <SectionHead id="secret-versions" title="Versions" note="tasks get the newest" />
      {query.isPending && <SkeletonRows rows={2} label="Versions" />}
      {query.error !== null && query.data === undefined && (
        <Failure
          what="The versions cannot be read."
          refusal={refusalFrom(query.error)}
          retry={() => void query.refetch()}
        />
      )}
      {remove.error !== null && (
        <Failure what="The version was not removed." refusal={refusalFrom(remove.error)} />
      )}
      <ul className="rows" aria-label="Versions that are kept">
        {query.data?.items.map(({ version, at, actor }) => (
          <li key={version} className="row secret-version">
            <b>{version}</b>
            <span>{whoText(actor)}</span>
            <Ago at={at} past />
            {version !== newest && (
              <Button
                size="small"
                busy={remove.isPending && remove.variables === version}
                onClick={() => ask(version)}
              >
                Remove<span className="vh"> version {version}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Confirm
        open={asked !== null}
        title={`Remove version ${asked} of ${name}?`}
        safe="Keep it"
        destroy="Remove it"
        onClose={() => ask(null)}
        onConfirm={() => asked !== null && remove.mutate(asked)}
      >
        <p>Its value goes for good. Tasks get the newest, which stays.</p>
      </Confirm>
      <p className="help">
        A value is shown on the server's machine only: <code>gaia secret get {name} --version NUMBER</code>
      </p>
    </section>
  );
}

function Remove({ secret, onGone }: { readonly secret: Secret; readonly onGone: () => void }) {
  const queries = useQueryClient();
  const [isAsking, ask] = useState(false);
  const { name, version, used_by: uses } = secret;
  const remove = useMutation({
    mutationFn: () => data(api.DELETE("/secrets/{name}", { params: { path: { name } } })),
    onSuccess: () => {
      toast(`${name} is removed.`);
      onGone();
    },
    // Not its versions, which are still shown for a moment, and are not there any more.
    onSettled: () => void queries.invalidateQueries({ queryKey: secretsQuery.queryKey }),
  });
  return (
    <>
      {remove.error !== null && (
        <Failure what={`${name} was not removed.`} refusal={refusalFrom(remove.error)} />
      )}
      <div className="btns">
        <Button kind="danger" busy={remove.isPending} onClick={() => ask(true)}>
          Remove {name}
        </Button>
      </div>
      <Confirm
        open={isAsking}
        title={`Remove ${name}?`}
        safe="Keep it"
        destroy="Remove it"
        onClose={() => ask(false)}
        onConfirm={() => remove.mutate()}
      >
        <p>
          {version === 1 ? "Its value goes" : "Its values go"} for good. Runs that need it are refused from
          then on, and tasks that have not started yet fail.
        </p>
        {uses.length > 0 && <p>Used by {uses.map(({ pipeline }) => pipeline).join(", ")}.</p>}
      </Confirm>
    </>
  );
}
