import "./pipelines.css";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, data } from "../api/client.ts";
import { refusalFrom } from "../api/refusal.ts";
import { Screen } from "../app/screen.tsx";
import { Answer, Button, Failure, Field, toast, useTitle } from "../design/index.ts";
import { secretNamesQuery } from "./queries.ts";
import {
  createBody,
  draftProblems,
  EMPTY_DRAFT,
  isSsh,
  LANGUAGES,
  POLLS,
  type SourceDraft,
} from "./source-form.ts";

/** A new pipeline out of a repository. Its first build begins at once, and is watched as any run is. */
export function Create() {
  useTitle("New pipeline");
  return (
    <Screen crumbs={[{ name: "Pipelines", to: "/pipelines" }, { name: "From a repository" }]}>
      <Answer>A pipeline out of a repository.</Answer>
      <p className="rest">
        A program in Go, Python, Java, C++, Ruby or TypeScript, whose functions are the jobs. Gaia builds it,
        and builds it again when there is a new commit. A workflow file is written{" "}
        <Link className="link" to="/editor">
          in the editor
        </Link>
        .
      </p>
      <SourceForm />
    </Screen>
  );
}

function SourceForm() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState<SourceDraft>(EMPTY_DRAFT);
  const [isTried, setTried] = useState(false);
  const create = useMutation({
    mutationFn: () => data(api.POST("/pipelines", { body: createBody(draft) })),
    onSuccess: ({ pipeline, build }) => {
      toast(`${pipeline.name} is being built.`);
      void queries.invalidateQueries({ queryKey: ["pipelines"] });
      void navigate({ to: "/runs/$run", params: { run: build.run_id } });
    },
  });
  const problems = draftProblems(draft);
  const refusal = create.error === null ? null : refusalFrom(create.error);
  // A name that is taken may be the repository's: it is told where another one is given.
  const isTaken = refusal?.status === 409;
  const send = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setTried(true);
    if (create.isPending) return;
    const wrong = problems.source !== null ? "source" : problems.name !== null ? "name" : null;
    if (wrong === null) create.mutate();
    else event.currentTarget.querySelector<HTMLElement>(`[name="${wrong}"]`)?.focus();
  };
  const change = (part: Partial<SourceDraft>): void => {
    setDraft({ ...draft, ...part });
    create.reset();
  };
  return (
    <form className="form create-form" onSubmit={send} noValidate>
      <Field
        label="Repository"
        help="Over https, ssh or git. A folder of this machine is built from a terminal: gaia pipeline create PATH."
        problem={isTried ? problems.source : null}
      >
        {(control) => (
          <input
            {...control}
            type="text"
            name="source"
            className="mono"
            required
            spellCheck={false}
            autoCapitalize="off"
            value={draft.source}
            placeholder="https://example.org/team/orders.git"
            onChange={(event) => change({ source: event.target.value })}
          />
        )}
      </Field>
      <div className="two-fields">
        <TextField
          label="Branch"
          soft="optional"
          help="Without one: the repository's own."
          value={draft.branch}
          onChange={(branch) => change({ branch })}
        />
        <TextField
          label="Folder"
          soft="optional"
          help="Of the pipeline, where there are several."
          value={draft.folder}
          placeholder="pipelines/orders"
          onChange={(folder) => change({ folder })}
        />
        <TextField
          label="Name"
          name="name"
          soft="optional"
          help="Without one: as the repository is called."
          value={draft.name}
          problem={isTaken ? refusal.message.replaceAll("`", "") : isTried ? problems.name : null}
          onChange={(name) => change({ name })}
        />
        <ChoiceField
          label="Language"
          help="gaia.yaml in the repository can say how another one is built."
          choices={LANGUAGES}
          value={draft.language}
          onChange={(language) => change({ language })}
        />
      </div>
      <Access draft={draft} change={change} />
      <ChoiceField
        label="New commits"
        help="How often it is looked for them."
        choices={POLLS}
        value={draft.poll}
        onChange={(poll) => change({ poll })}
      />
      {refusal !== null && !isTaken && (
        <Failure what="It was not made." refusal={refusal} unaffected="Nothing has changed." />
      )}
      <div className="btns">
        <Button kind="primary" type="submit" busy={create.isPending}>
          Build it
        </Button>
        <Link className="btn" to="/pipelines">
          Cancel
        </Link>
      </div>
    </form>
  );
}

/** Credentials are secrets, chosen by their names: nothing of them is typed here. */
function Access({
  draft,
  change,
}: {
  readonly draft: SourceDraft;
  readonly change: (part: Partial<SourceDraft>) => void;
}) {
  const { data: names = [] } = useQuery(secretNamesQuery);
  const choices = [{ id: "", name: "none" }, ...names.map((name) => ({ id: name, name }))];
  const hasSsh = isSsh(draft.source.trim());
  return (
    <div className="two-fields">
      {hasSsh ? (
        <ChoiceField
          label="SSH key"
          help="A secret with a private key, without a passphrase."
          choices={choices}
          value={draft.sshKey}
          onChange={(sshKey) => change({ sshKey, token: "" })}
        />
      ) : (
        <ChoiceField
          label="Token"
          help="A secret with a token or password, of a private repository."
          choices={choices}
          value={draft.token}
          onChange={(token) => change({ token, sshKey: "" })}
        />
      )}
      <TextField
        label="User"
        soft="optional"
        help="Whose it is, where the host asks."
        value={draft.user}
        onChange={(user) => change({ user })}
      />
      {hasSsh && (
        <Field
          label="Host keys"
          soft="optional"
          help="Lines as of known_hosts (ssh-keyscan HOST prints them)."
        >
          {(control) => (
            <textarea
              {...control}
              className="mono"
              rows={2}
              spellCheck={false}
              value={draft.knownHosts}
              onChange={(event) => change({ knownHosts: event.target.value })}
            />
          )}
        </Field>
      )}
    </div>
  );
}

function TextField({
  label,
  name,
  soft,
  help,
  value,
  placeholder,
  problem = null,
  onChange,
}: {
  readonly label: string;
  readonly name?: string;
  readonly soft: string;
  readonly help: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly problem?: string | null;
  readonly onChange: (value: string) => void;
}) {
  return (
    <Field label={label} soft={soft} help={help} problem={problem}>
      {(control) => (
        <input
          {...control}
          type="text"
          name={name}
          spellCheck={false}
          autoCapitalize="off"
          value={value}
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

function ChoiceField({
  label,
  help,
  choices,
  value,
  onChange,
}: {
  readonly label: string;
  readonly help: string;
  readonly choices: readonly { readonly id: string; readonly name: string }[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <Field label={label} help={help}>
      {(control) => (
        <select {...control} value={value} onChange={(event) => onChange(event.target.value)}>
          {choices.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
