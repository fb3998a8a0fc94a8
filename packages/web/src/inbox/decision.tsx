import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Schemas } from "../api/client.ts";
import { inboxQuery } from "../api/queries.ts";
import { type Refusal, refusalFrom } from "../api/refusal.ts";
import { useScreenKeys } from "../app/keys.ts";
import { usePreferences } from "../app/preferences.ts";
import { Button, Failure, StatusMark, timeOfDay, toast } from "../design/index.ts";
import { askingRunQuery } from "./queries.ts";

type InboxItem = Schemas["InboxItem"];
const COMMENT_MAX = 2_000;

/** Approve or reject with a comment. Busy until the server has said that it is done. */
export function Decision({ item, isShown }: { readonly item: InboxItem; readonly isShown: boolean }) {
  const queries = useQueryClient();
  const { letterKeys } = usePreferences();
  const [comment, setComment] = useState("");
  const decide = useMutation({
    mutationFn: (isYes: boolean) => send(item, isYes, comment.trim()),
    onSuccess: (_, wasYes) => toast(`${wasYes ? "Approved" : "Rejected"}: ${item.question}`),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: inboxQuery.queryKey });
      void queries.invalidateQueries({ queryKey: askingRunQuery(item.run.id).queryKey });
    },
  });
  const isBusy = decide.isPending || decide.isSuccess;
  const act = (isYes: boolean): void => {
    if (isShown && !isBusy) decide.mutate(isYes);
  };
  useScreenKeys({ a: ({ repeat }) => repeat || act(true), r: ({ repeat }) => repeat || act(false) });
  const isYes = decide.variables ?? true;
  return (
    <div className="decide">
      {decide.error !== null && <NotDone item={item} refusal={refusalFrom(decide.error)} />}
      <label className="vh" htmlFor="comment">
        Comment, kept with the decision
      </label>
      <textarea
        id="comment"
        placeholder="Comment, kept with the decision"
        maxLength={COMMENT_MAX}
        value={comment}
        readOnly={isBusy}
        onChange={(event) => setComment(event.target.value)}
      />
      <div className="btns">
        <Button
          kind="primary"
          busy={isBusy && isYes}
          disabled={!isShown || (isBusy && !isYes)}
          aria-keyshortcuts="A"
          onClick={() => act(true)}
        >
          Approve {letterKeys && <kbd aria-hidden="true">A</kbd>}
        </Button>
        <Button
          kind="danger"
          busy={isBusy && !isYes}
          disabled={!isShown || (isBusy && isYes)}
          aria-keyshortcuts="R"
          onClick={() => act(false)}
        >
          Reject {letterKeys && <kbd aria-hidden="true">R</kbd>}
        </Button>
        <span className="soft small decide-note" role="status">
          {decide.isPending
            ? "Waiting for the server's word."
            : "It is kept in the activity, with the comment."}
        </span>
      </div>
    </div>
  );
}

function send(item: InboxItem, isYes: boolean, comment: string) {
  const call = {
    params: { path: { ref: item.run.id, key: item.task.key } },
    body: comment === "" ? {} : { comment },
  };
  return data(
    isYes
      ? api.POST("/runs/{ref}/jobs/{key}/approve", call)
      : api.POST("/runs/{ref}/jobs/{key}/reject", call),
  ).catch(async (caught: unknown) => {
    const refusal = refusalFrom(caught);
    throw refusal.code === "conflict" ? await conflictOf(item, refusal) : refusal;
  });
}

/** Somebody was faster: says who, and when. */
async function conflictOf(item: InboxItem, refusal: Refusal): Promise<Refusal> {
  const path = { ref: item.run.id, key: item.task.key };
  const job = await data(api.GET("/runs/{ref}/jobs/{key}", { params: { path } })).catch(() => null);
  if (job?.ended_at == null || job.reason === "") return refusal;
  refusal.message = `Already decided: ${job.reason}, at ${timeOfDay(Date.parse(job.ended_at))}.`;
  return refusal;
}

function NotDone({ item, refusal }: { readonly item: InboxItem; readonly refusal: Refusal }) {
  if (refusal.code !== "conflict")
    return (
      <Failure
        what="Your decision was not taken."
        refusal={refusal}
        unaffected={`${item.run.pipeline} #${item.run.number} goes on waiting.`}
      />
    );
  return (
    <div className="note waiting" role="alert">
      <StatusMark status="waiting" />
      <div className="note-body">
        <p>
          <strong>Your decision was not taken.</strong> {refusal.message}
        </p>
      </div>
    </div>
  );
}
