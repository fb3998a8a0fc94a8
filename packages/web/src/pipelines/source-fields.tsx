import { useQuery } from "@tanstack/react-query";
import { secretsQuery } from "../api/queries.ts";
import { Field } from "../design/index.ts";
import { SUBMODULES } from "./source-changes.ts";
import {
  FORGES,
  isSsh,
  languageChoices,
  pollChoices,
  type SourceDraft,
  type SourceProblems,
  withWebhook,
} from "./source-form.ts";

export interface SourceFieldsProps {
  readonly draft: SourceDraft;
  readonly change: (part: Partial<SourceDraft>) => void;
  readonly problems: SourceProblems;
}

/** All that is said of a source. `isNew`: the pipeline's name as well. */
export function SourceFields({
  draft,
  change,
  problems,
  isNew,
}: SourceFieldsProps & { readonly isNew: boolean }) {
  const webhooks = useSecretChoices(draft.webhook, "none");
  return (
    <>
      <Field
        label="Repository"
        help="Over https, ssh or git. A folder of this machine is built from a terminal: gaia pipeline create PATH."
        problem={problems.source ?? null}
      >
        {(control) => (
          <input
            {...control}
            type="text"
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
          help="Without one: the repository's own."
          value={draft.branch}
          problem={problems.branch}
          onChange={(branch) => change({ branch })}
        />
        <TextField
          label="Folder"
          help="Of the pipeline, where there are several."
          value={draft.folder}
          placeholder="pipelines/orders"
          problem={problems.folder}
          onChange={(folder) => change({ folder })}
        />
        {isNew && (
          <TextField
            label="Name"
            help="Without one: as the repository is called."
            value={draft.name}
            problem={problems.name}
            onChange={(name) => change({ name })}
          />
        )}
        <ChoiceField
          label="Language"
          help="gaia.yaml in the repository can say how another one is built."
          choices={languageChoices(draft.language)}
          value={draft.language}
          problem={problems.language}
          onChange={(language) => change({ language })}
        />
      </div>
      <Access draft={draft} change={change} problems={problems} />
      <div className="two-fields">
        <ChoiceField
          label="New commits"
          help="How often it is looked for them."
          choices={pollChoices(draft.poll)}
          value={draft.poll}
          problem={problems.poll}
          onChange={(poll) => change({ poll })}
        />
        <ChoiceField
          label="Webhook"
          help="A secret with which the forge signs what it tells of pushes. The pipeline's page then tells the address."
          choices={webhooks}
          value={draft.webhook}
          problem={problems.webhook}
          onChange={(webhook) => change(withWebhook(draft, webhook))}
        />
        <ChoiceField
          label="Submodules"
          help="Repositories that lie in this one; the same access is used."
          choices={SUBMODULES}
          value={String(draft.submodules)}
          problem={problems.submodules}
          onChange={(submodules) => change({ submodules: submodules === "true" })}
        />
      </div>
      <Told draft={draft} change={change} problems={problems} />
    </>
  );
}

/** Secrets by their names, of which one may be chosen. One that was removed is still the one that is named. */
function useSecretChoices(
  chosen: string,
  none: string,
): readonly { readonly id: string; readonly name: string }[] {
  const { data: secrets = [] } = useQuery(secretsQuery);
  const stored = secrets.map(({ name }) => name);
  const names = chosen === "" || stored.includes(chosen) ? stored : [chosen, ...stored];
  return [{ id: "", name: none }, ...names.map((name) => ({ id: name, name }))];
}

/** Whether the forge is told what builds come to; what that needs is asked for when it is. */
function Told({ draft, change, problems }: SourceFieldsProps) {
  return (
    <div className="two-fields">
      <ChoiceField
        label="Tell the forge of builds"
        help="A secret with a token that may write commit statuses."
        choices={useSecretChoices(draft.statusToken, "no")}
        value={draft.statusToken}
        problem={problems.statusToken}
        onChange={(statusToken) => change({ statusToken })}
      />
      {draft.statusToken !== "" && (
        <>
          <ChoiceField
            label="Forge"
            help="Which it is, where its host does not say."
            choices={FORGES}
            value={draft.forge}
            problem={problems.forge}
            onChange={(forge) => change({ forge })}
          />
          <TextField
            label="Forge's API"
            help="Where it does not follow from the repository's address."
            value={draft.forgeApi}
            placeholder="https://git.example.org/api/v1"
            problem={problems.forgeApi}
            onChange={(forgeApi) => change({ forgeApi })}
          />
        </>
      )}
    </div>
  );
}

/** Credentials are secrets, chosen by their names: nothing of them is typed here. */
function Access({ draft, change, problems }: SourceFieldsProps) {
  const hasSsh = isSsh(draft.source.trim());
  const choices = useSecretChoices(hasSsh ? draft.sshKey : draft.token, "none");
  return (
    <div className="two-fields">
      {hasSsh ? (
        <ChoiceField
          label="SSH key"
          help="A secret with a private key, without a passphrase."
          choices={choices}
          value={draft.sshKey}
          problem={problems.sshKey}
          onChange={(sshKey) => change({ sshKey })}
        />
      ) : (
        <ChoiceField
          label="Token"
          help="A secret with a token or password, of a private repository."
          choices={choices}
          value={draft.token}
          problem={problems.token}
          onChange={(token) => change({ token })}
        />
      )}
      <TextField
        label="User"
        help="Whose it is, where the host asks."
        value={draft.user}
        problem={problems.user}
        onChange={(user) => change({ user })}
      />
      {hasSsh && (
        <Field
          label="Host keys"
          soft="optional"
          help="Lines as of known_hosts (ssh-keyscan HOST prints them)."
          problem={problems.knownHosts ?? null}
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

interface SmallFieldProps {
  readonly label: string;
  readonly help: string;
  readonly value: string;
  readonly problem: string | undefined;
  readonly onChange: (value: string) => void;
}

function TextField({
  label,
  help,
  value,
  placeholder,
  problem,
  onChange,
}: SmallFieldProps & { readonly placeholder?: string }) {
  return (
    <Field label={label} soft="optional" help={help} problem={problem ?? null}>
      {(control) => (
        <input
          {...control}
          type="text"
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
  problem,
  onChange,
}: SmallFieldProps & { readonly choices: readonly { readonly id: string; readonly name: string }[] }) {
  return (
    <Field label={label} help={help} problem={problem ?? null}>
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
