import type { Refusal } from "../api/refusal.ts";
import { Button, Failure, relative, useNow } from "../design/index.ts";
import type { Editing } from "./editing.ts";
import type { Saving } from "./saving.ts";
import { hindrance, type Situation, situationText } from "./words.ts";

/** Whose text it is, how it stands, and what can be done with it. */
export function Head({
  pipeline,
  editing,
  situation,
  saving,
  validationRefusal,
  onSave,
  onStart,
  onDiscard,
}: {
  readonly pipeline: string;
  readonly editing: Editing;
  readonly situation: Situation;
  readonly saving: Saving;
  readonly validationRefusal: Refusal | null;
  readonly onSave: () => void;
  readonly onStart: () => void;
  readonly onDiscard: () => void;
}) {
  const { name, isDirty } = situation;
  const { kept, base } = editing;
  const isOther = name !== null && name !== pipeline;
  const hindered = hindrance(situation);
  const next = isOther ? null : kept.version + 1;
  return (
    <div className="ed-head">
      <div className="ed-title">
        <h1>
          {name ?? (pipeline === "" ? "New pipeline" : pipeline)}
          {name !== null && <span>.yaml</span>}
        </h1>
        <span className="tag">{tagText(pipeline, isOther, isDirty, base)}</span>
        <DraftNote editing={editing} />
        <div className="btns">
          <Button
            icon="start"
            disabled={isDirty ? hindered !== null : name === null}
            title={isDirty ? (hindered ?? undefined) : undefined}
            onClick={onStart}
          >
            {isDirty ? "Save and start" : "Start"}
          </Button>
          <Button
            kind="primary"
            busy={saving.isBusy}
            disabled={hindered !== null}
            title={hindered ?? "Ctrl S"}
            onClick={onSave}
          >
            {next === null || next === 1 ? "Save" : `Save version ${next}`}
          </Button>
        </div>
      </div>
      <p className="ed-why">
        {situationText(situation)}
        {isOther &&
          pipeline !== "" &&
          ` It is saved as a pipeline of its own, ${name}; ${pipeline} stays as it is.`}
      </p>
      {editing.restoredAt !== null && isDirty && (
        <Restored
          at={editing.restoredAt}
          isOld={base !== kept.version}
          version={kept.version}
          onDiscard={onDiscard}
        />
      )}
      {saving.refusal !== null && (
        <Failure what="It was not saved." refusal={saving.refusal} unaffected="Your text is kept." />
      )}
      {validationRefusal !== null && (
        <Failure
          what="The text cannot be checked at the moment."
          refusal={validationRefusal}
          unaffected="Your text is kept; it is checked again when you write on."
        />
      )}
    </div>
  );
}

function DraftNote({ editing: { draft, isDirty } }: { readonly editing: Editing }) {
  const now = useNow(5_000);
  if (!isDirty || draft.kind === "none") return null;
  if (draft.kind === "refused")
    return <span className="small draft-refused">this browser keeps no draft: save before you leave</span>;
  return (
    <span className="soft small">kept in this browser {relative(draft.at, Math.max(now, draft.at))}</span>
  );
}

/** A draft of an earlier visit is taken up again; it can be let go. */
function Restored({
  at,
  isOld,
  version,
  onDiscard,
}: {
  readonly at: number;
  readonly isOld: boolean;
  readonly version: number;
  readonly onDiscard: () => void;
}) {
  const now = useNow(5_000);
  return (
    <div className="note accent">
      <div className="note-body">
        <p>
          Your draft from {relative(at, now)} is back.
          {isOld && version > 0 && ` Version ${version} was saved since; saving will show how they differ.`}
        </p>
        <div className="btns">
          <Button size="small" onClick={onDiscard}>
            {version === 0 ? "Begin anew" : `Discard it, show version ${version}`}
          </Button>
        </div>
      </div>
    </div>
  );
}

function tagText(pipeline: string, isOther: boolean, isDirty: boolean, base: number): string {
  if (pipeline === "" || isOther) return "new";
  return isDirty ? `draft over version ${base}` : `version ${base}`;
}
