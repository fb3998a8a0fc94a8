import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "../api/client.ts";
import { sessionQuery } from "../api/queries.ts";
import { refusalFrom } from "../api/refusal.ts";
import { lowerWho } from "../app/deed.ts";
import { Button, Confirm, exact, Failure, SectionHead, SkeletonRows } from "../design/index.ts";

/** Who this browser is signed in as, and the way out. */
export function Session() {
  const query = useQuery(sessionQuery);
  return (
    <section aria-labelledby="session-title">
      <SectionHead id="session-title" title="Signed in" />
      {query.isPending && <SkeletonRows rows={2} label="Signed in" />}
      {query.error !== null && query.data === undefined && (
        <Failure
          what="Who is signed in cannot be told."
          refusal={refusalFrom(query.error)}
          retry={() => void query.refetch()}
        />
      )}
      {query.data !== undefined && (
        <div className="set-out">
          <p>
            {query.data.expires_at === null
              ? `What this page asks comes through ${lowerWho(query.data.actor)}: there is no session to end.`
              : `This browser is signed in until ${exact(Date.parse(query.data.expires_at))}. What you do is written down as done by ${lowerWho(query.data.actor)}.`}
          </p>
          <Out hasSession={query.data.expires_at !== null} />
        </div>
      )}
    </section>
  );
}

function Out({ hasSession }: { readonly hasSession: boolean }) {
  const [isAsking, ask] = useState(false);
  const out = useMutation({
    mutationFn: (everywhere: boolean) =>
      data(
        api.DELETE("/session", {
          params: { query: everywhere ? { everywhere: "1" } : {} },
          parseAs: "text",
        }),
      ),
    // Nothing of what was read stays in the page.
    onSuccess: () => location.assign("/sign-in"),
  });
  return (
    <>
      <div className="btns">
        {hasSession && (
          <Button busy={out.isPending} onClick={() => out.mutate(false)}>
            Sign out
          </Button>
        )}
        <Button kind="danger" busy={out.isPending} onClick={() => ask(true)}>
          Sign every browser out
        </Button>
      </div>
      {out.error !== null && <Failure what="Nobody was signed out." refusal={refusalFrom(out.error)} />}
      <Confirm
        open={isAsking}
        title="Sign every browser out?"
        safe="Stay signed in"
        destroy="Sign all out"
        onClose={() => ask(false)}
        onConfirm={() => out.mutate(true)}
      >
        <p>
          Every browser has to be signed in anew, with <code>gaia open</code> or the token. The command line
          is not affected.
        </p>
      </Confirm>
    </>
  );
}
