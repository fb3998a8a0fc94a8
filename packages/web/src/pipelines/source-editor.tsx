import { useMutation } from "@tanstack/react-query";
import { Link, type LinkProps } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { refusalFrom } from "../api/refusal.ts";
import { Button, Failure } from "../design/index.ts";
import { changedMeanwhile } from "./source-changes.ts";
import { SourceFields } from "./source-fields.tsx";
import { draftProblems, refusedFields, type SourceDraft } from "./source-form.ts";

/**
 * The form of a source. What is wrong is said beside its field, whoever finds it, and the first such field is where one
 * types next.
 */
export function SourceEditor<Answer>({
  initial,
  current = initial,
  isNew,
  verb,
  failed,
  unaffected,
  cancel,
  send,
  onSent,
}: {
  /** Of what the form was made when it was opened. */
  readonly initial: SourceDraft;
  /** What is in force by now. */
  readonly current?: SourceDraft;
  /** Of a pipeline that is not there yet: its name is asked for. */
  readonly isNew: boolean;
  readonly verb: string;
  /** What is said of a refusal that is none of a field's. */
  readonly failed: string;
  readonly unaffected: string;
  readonly cancel: Pick<LinkProps, "to" | "params">;
  readonly send: (draft: SourceDraft) => Promise<Answer>;
  readonly onSent: (answer: Answer) => void;
}) {
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(initial);
  const [tries, setTries] = useState(0);
  const sending = useMutation({ mutationFn: () => send(draft), onSuccess: onSent });
  const isRefused = sending.isError;
  const refusal = sending.error === null ? null : refusalFrom(sending.error);
  // What one's own change brings back is no news.
  const isSent = sending.isPending || sending.isSuccess;
  const changes = isSent ? [] : changedMeanwhile(initial, current, draft);
  const own = draftProblems(draft);
  const refused = refusal === null ? {} : refusedFields(refusal);
  // A name that is taken may be the repository's: it is told where another one is given.
  const taken = isNew && refusal?.status === 409 ? { name: refusal.message.replaceAll("`", "") } : {};
  const ofServer = { ...refused, ...taken };
  useEffect(() => {
    if (tries > 0 || isRefused) form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [tries, isRefused]);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (sending.isPending) return;
    setTries(tries + 1);
    if (Object.keys(own).length === 0) sending.mutate();
  };
  const change = (part: Partial<SourceDraft>): void => {
    setDraft({ ...draft, ...part });
    sending.reset();
  };
  return (
    <form className="form create-form" onSubmit={submit} noValidate ref={form}>
      {changes.length > 0 && (
        <p className="note" role="status">
          The source was changed meanwhile: {changes.join(", ")}. What you do not change here stays so.
        </p>
      )}
      <SourceFields
        draft={draft}
        change={change}
        problems={tries > 0 ? { ...own, ...ofServer } : {}}
        isNew={isNew}
      />
      {refusal !== null && Object.keys(ofServer).length === 0 && (
        <Failure what={failed} refusal={refusal} unaffected={unaffected} />
      )}
      <div className="btns">
        <Button kind="primary" type="submit" busy={sending.isPending}>
          {verb}
        </Button>
        <Link className="btn" {...cancel}>
          Cancel
        </Link>
      </div>
    </form>
  );
}
