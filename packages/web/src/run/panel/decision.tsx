import { useState } from "react";
import type { JobView } from "../../api/client.ts";
import { Button, Confirm, toast } from "../../design/index.ts";
import { useActions } from "../actions.ts";
import { Refused } from "../head/refused.tsx";

/** The longest comment that the server takes. */
const COMMENT_MAX = 2_000;

/** The answer to what a job asks, with a word about it. */
export function Decision({ id, job }: { readonly id: string; readonly job: JobView }) {
  const { act, isBusy, refused, dismiss } = useActions(id, (action) => {
    if (action.kind === "decide") toast(`${action.job} is ${action.yes ? "approved" : "rejected"}.`);
  });
  const [comment, setComment] = useState("");
  const [isAsking, ask] = useState(false);
  const decide = (yes: boolean): void => {
    act({ kind: "decide", job: job.key, yes, comment: comment.trim() });
  };
  return (
    <section>
      <h3>Your answer</h3>
      <div className="field">
        <label htmlFor="decision-comment">
          Comment <span className="soft">optional, kept with the run</span>
        </label>
        <textarea
          id="decision-comment"
          rows={2}
          maxLength={COMMENT_MAX}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
      </div>
      <div className="btns">
        <Button kind="primary" icon="check" busy={isBusy} onClick={() => decide(true)}>
          Approve
        </Button>
        <Button kind="danger" busy={isBusy} onClick={() => ask(true)}>
          Reject
        </Button>
      </div>
      {refused !== null && <Refused refused={refused} onClose={dismiss} />}
      <Confirm
        open={isAsking}
        title={`Reject ${job.key}?`}
        safe="Leave it open"
        destroy="Reject it"
        onClose={() => ask(false)}
        onConfirm={() => decide(false)}
      >
        <p>It fails, and what needs it will not run. That cannot be taken back; the run can be retried.</p>
      </Confirm>
    </section>
  );
}
