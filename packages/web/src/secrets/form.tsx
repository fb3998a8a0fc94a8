import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, data } from "../api/client.ts";
import { refusalFrom } from "../api/refusal.ts";
import { Button, Failure, Field, toast } from "../design/index.ts";
import type { Secret } from "./queries.ts";
import { bodyOf, type Draft, nameProblem, valueProblem } from "./words.ts";

/**
 * Adds a secret, or changes one. The value is typed into a field that shows dots, and is in the page only until it was
 * sent: no answer of the server brings it back.
 *
 * @param secret the one to change; null: a new one
 */
export function SecretForm({
  secret,
  taken,
  onDone,
  onCancel,
}: {
  readonly secret: Secret | null;
  readonly taken: readonly string[];
  readonly onDone: (name: string) => void;
  readonly onCancel?: () => void;
}) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState<Draft>(() => draftOf(secret));
  const [isTried, setTried] = useState(false);
  const isNew = secret === null;
  const hasValue = isNew || draft.value !== "";
  const save = useMutation({
    mutationFn: () => data(api.POST("/secrets", { body: bodyOf(draft, hasValue) })),
    // Nothing of a value stays in the cache of what was sent.
    gcTime: 0,
    onSuccess: (saved) => {
      toast(hasValue ? `${saved.name} is stored as version ${saved.version}.` : `${saved.name} is changed.`);
      setDraft({ ...draft, value: "" });
      setTried(false);
      onDone(saved.name);
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ["secrets"] }),
  });
  const problems = {
    name: isNew ? nameProblem(draft.name, taken) : null,
    value: hasValue ? valueProblem(draft.value) : null,
  };
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (problems.name === null && problems.value === null && !save.isPending) save.mutate();
  };
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  return (
    <form className="form" onSubmit={send} noValidate autoComplete="off">
      {isNew && (
        <Field label="Name" help="As tasks name it." problem={isTried ? problems.name : null}>
          {(control) => (
            <input
              {...control}
              type="text"
              className="mono"
              required
              spellCheck={false}
              value={draft.name}
              placeholder="NPM_TOKEN"
              onChange={(event) => change({ name: event.target.value })}
            />
          )}
        </Field>
      )}
      <Field
        label={isNew ? "Value" : "New value"}
        soft={isNew ? "" : "leave empty to keep the one there is"}
        help="It is sent once, stored encrypted, and never shown here again."
        problem={isTried ? problems.value : null}
      >
        {(control) => (
          <textarea
            {...control}
            className="mono secret-value"
            rows={3}
            required={isNew}
            spellCheck={false}
            autoCapitalize="off"
            value={draft.value}
            onChange={(event) => change({ value: event.target.value })}
          />
        )}
      </Field>
      <Field
        label="For"
        soft="pipelines, with commas between them"
        help="* stands for any text. Empty: every pipeline."
      >
        {(control) => (
          <input
            {...control}
            type="text"
            className="mono"
            spellCheck={false}
            value={draft.scopes}
            placeholder="every pipeline"
            onChange={(event) => change({ scopes: event.target.value })}
          />
        )}
      </Field>
      <Field label="Description" soft="optional" help="What it is for, and where to get a new one.">
        {(control) => (
          <input
            {...control}
            type="text"
            value={draft.description}
            onChange={(event) => change({ description: event.target.value })}
          />
        )}
      </Field>
      {save.error !== null && (
        <Failure
          what="It was not stored."
          refusal={refusalFrom(save.error)}
          unaffected="What there was is as it was."
        />
      )}
      <div className="btns">
        <Button kind="primary" type="submit" busy={save.isPending}>
          {isNew ? "Store it" : hasValue ? "Store a new version" : "Save"}
        </Button>
        {onCancel !== undefined && <Button onClick={onCancel}>Cancel</Button>}
      </div>
    </form>
  );
}

function draftOf(secret: Secret | null): Draft {
  const scopes = secret?.scopes.join(", ") ?? "";
  return { name: secret?.name ?? "", value: "", description: secret?.description ?? "", scopes };
}
