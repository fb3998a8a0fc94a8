import { useQuery } from "@tanstack/react-query";
import { useBlocker, useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { Confirm, toast } from "../design/index.ts";
import { ConflictDialog } from "./conflict.tsx";
import { useEditing } from "./editing.ts";
import { Head } from "./head.tsx";
import { nameIn, taskAtLine, tasksIn } from "./outline.ts";
import { Pane } from "./pane.tsx";
import { Problems } from "./problems.tsx";
import { type Kept, schemaQuery } from "./queries.ts";
import { useSaving } from "./saving.ts";
import { Source } from "./source.tsx";
import type { SourceView } from "./source-view.ts";
import { useValidation } from "./validation.ts";
import { hindrance, type Situation } from "./words.ts";

/** The text, its problems and its graph side by side, and what can be done with them. */
export function Workbench({
  pipeline,
  opened,
}: {
  readonly pipeline: string;
  readonly opened: { readonly kept: Kept; readonly text: string };
}) {
  const editing = useEditing(pipeline, opened);
  const { text } = editing;
  const [line, setLine] = useState(1);
  const validation = useValidation(text);
  const saving = useSaving();
  const navigate = useNavigate();
  const { view, setView } = useSource(validation.of === text ? validation.problems : null);
  const tasks = useMemo(() => tasksIn(text), [text]);
  const name = nameIn(text);
  const situation: Situation = {
    text,
    name,
    isDirty: editing.isDirty,
    isChecked: validation.of === text,
    problems: validation.problems,
    hasGraph: validation.graph !== null,
    isGraphCurrent: validation.isGraphCurrent,
  };
  const blocker = useLeaveGuard(editing.hasUnsaved);

  /** Saves, and says whether the text is now kept. `base`: the version that it takes into account. */
  const save = async (base?: number): Promise<boolean> => {
    if (saving.isBusy || name === null) return false;
    const known = base ?? (name === pipeline ? editing.base : 0);
    const saved = await saving.save({ name, text, base: known });
    if (saved === null) return false;
    editing.saved(saved);
    toast(`Version ${saved.version} of ${name} is saved.`);
    if (name !== pipeline || opened.text !== opened.kept.source)
      await navigate({ to: "/editor", search: { pipeline: name }, replace: true });
    return true;
  };
  const start = async (): Promise<void> => {
    if (name === null || (editing.isDirty && !(await save()))) return;
    await navigate({ to: "/pipelines/$pipeline/start", params: { pipeline: name } });
  };
  const saveByKey = (): void => {
    const [first] = validation.problems.filter(({ severity }) => severity === "error");
    if (first !== undefined) view?.jump(first.line, first.column);
    else if (hindrance(situation) === null) void save();
  };
  return (
    <>
      <Head
        pipeline={pipeline}
        editing={editing}
        situation={situation}
        saving={saving}
        validationRefusal={validation.refusal}
        onSave={() => void save()}
        onStart={() => void start()}
        onDiscard={() => view?.replaceAll(editing.kept.source)}
      />
      <div className={`ed${text.trim() === "" ? " is-empty" : ""}`}>
        <Source
          text={text}
          events={{ changed: editing.change, moved: setLine, save: saveByKey }}
          onReady={setView}
        />
        <Problems
          source={text}
          problems={validation.of === text ? validation.problems : []}
          isChecked={validation.of === text}
          onJump={(to, column) => view?.jump(to, column)}
          onFix={(fix) => view?.replace(fix.from, fix.to, fix.text)}
        />
        <Pane
          name={name ?? "the draft"}
          kept={editing.kept}
          text={text}
          nodes={validation.graph?.nodes ?? []}
          selected={taskAtLine(tasks, line)}
          bad={badTasks(tasks, validation.problems)}
          onSelect={(key) => view?.jump(tasks.find(({ id }) => id === key)?.line ?? 1)}
          onPick={(picked) => view?.replaceAll(picked)}
        />
      </div>
      {saving.conflict !== null && (
        <ConflictDialog
          conflict={saving.conflict}
          text={text}
          onClose={saving.settle}
          onTake={() => {
            const { theirs } = saving.conflict ?? { theirs: editing.kept };
            saving.settle();
            editing.rebase(theirs);
            view?.replaceAll(theirs.source);
          }}
          onSave={() => void save(saving.conflict?.theirs.version)}
        />
      )}
      <Confirm
        open={blocker.status === "blocked"}
        title="Leave with text that is not saved?"
        safe="Go on editing"
        destroy="Leave"
        onClose={() => blocker.reset?.()}
        onConfirm={() => blocker.proceed?.()}
      >
        {editing.draft.kind === "refused"
          ? "This browser keeps no drafts: the text will be lost."
          : "The draft is kept in this browser and is here when you come back."}
      </Confirm>
    </>
  );
}

/** The view of the text; it is handed the problems and the schema as soon as both are there. */
function useSource(problems: ReturnType<typeof useValidation>["problems"] | null) {
  const { data: schema } = useQuery(schemaQuery);
  const [view, setView] = useState<SourceView | null>(null);
  useEffect(() => {
    if (schema !== undefined) view?.know(schema);
  }, [view, schema]);
  useEffect(() => {
    if (problems !== null) view?.mark(problems);
  }, [view, problems]);
  return { view, setView };
}

/** Asks before an unsaved text is left; another tab of the same text is no leaving. */
function useLeaveGuard(hasUnsaved: () => boolean) {
  return useBlocker({
    shouldBlockFn: ({ current, next }) => {
      const isSame = current.pathname === next.pathname && of(current.search) === of(next.search);
      return !isSame && hasUnsaved();
    },
    enableBeforeUnload: hasUnsaved,
    withResolver: true,
  });
}

/** Which text an address is about. */
function of(search: object): string {
  const { pipeline, version } = search as { readonly pipeline?: string; readonly version?: string };
  return `${pipeline ?? ""} ${version ?? ""}`;
}

function badTasks(
  tasks: ReturnType<typeof tasksIn>,
  problems: ReturnType<typeof useValidation>["problems"],
): ReadonlySet<string> {
  const errors = problems.filter(({ severity }) => severity === "error");
  return new Set(errors.flatMap(({ line }) => taskAtLine(tasks, line) ?? []));
}
