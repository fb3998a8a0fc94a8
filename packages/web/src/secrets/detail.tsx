import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../api/client.ts";
import { refusalFrom } from "../api/refusal.ts";
import { whoText } from "../app/deed.ts";
import { Ago, Button, Confirm, Failure, SectionHead, SkeletonRows, toast } from "../design/index.ts";
import { SecretForm } from "./form.tsx";
import { type Secret, secretsQuery, versionsQuery } from "./queries.ts";

/** One secret: its value replaced, what is said of it changed, its versions, and its end. */
export function SecretDetail({ secret, onClose }: { readonly secret: Secret; readonly onClose: () => void }) {
  return (
    <section className="aside secret-detail" aria-labelledby="secret-name">
      <SectionHead id="secret-name" title={secret.name}>
        <Button size="small" icon="close" onClick={onClose}>
          Close
        </Button>
      </SectionHead>
      <SecretForm key={`${secret.name} ${secret.updated_at}`} secret={secret} taken={[]} onDone={() => {}} />
      <Versions name={secret.name} />
      <Remove secret={secret} onGone={onClose} />
    </section>
  );
}

function Versions({ name }: { readonly name: string }) {
  const query = useQuery(versionsQuery(name));
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
      <ul className="rows">
        {query.data?.items.map(({ version, at, actor }) => (
          <li key={version} className="row secret-version">
            <b>{version}</b>
            <span>{whoText(actor)}</span>
            <Ago at={at} />
          </li>
        ))}
      </ul>
      <p className="help">
        A value is shown on the server's machine only: <code>gaia secret get {name} --version NUMBER</code>
      </p>
    </section>
  );
}

function Remove({ secret, onGone }: { readonly secret: Secret; readonly onGone: () => void }) {
  const queries = useQueryClient();
  const [isAsking, ask] = useState(false);
  const { name, version } = secret;
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
      </Confirm>
    </>
  );
}
