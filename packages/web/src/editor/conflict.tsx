import { AlertDialog } from "@base-ui/react/alert-dialog";
import { lazy, Suspense, useRef } from "react";
import { Button, SkeletonRows } from "../design/index.ts";
import "../design/overlays.css";
import type { Conflict } from "./saving.ts";

const DiffView = lazy(() =>
  import("../design/diff-view.tsx").then((module) => ({ default: module.DiffView })),
);

/** Someone saved meanwhile, or the name is taken: shows how theirs differs, and asks. */
export function ConflictDialog({
  conflict,
  text,
  onClose,
  onTake,
  onSave,
}: {
  readonly conflict: Conflict;
  readonly text: string;
  readonly onClose: () => void;
  /** Theirs is put in the editor; this text can be had back by undo. */
  readonly onTake: () => void;
  readonly onSave: () => void;
}) {
  const safe = useRef<HTMLButtonElement>(null);
  const { name, theirs, base } = conflict;
  const isTaken = base === 0;
  return (
    <AlertDialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="dialog-back" />
        <AlertDialog.Viewport className="dialog-place">
          <AlertDialog.Popup className="dialog ed-conflict" initialFocus={safe}>
            <AlertDialog.Title render={<h2 />}>
              {theirs.version === 0
                ? `${name} was removed meanwhile`
                : isTaken
                  ? `There is a pipeline ${name} already`
                  : `Version ${theirs.version} was saved meanwhile`}
            </AlertDialog.Title>
            <AlertDialog.Description render={<p className="mid" />}>
              {theirs.version === 0
                ? `Your text is over version ${base}. Saving it makes the pipeline again.`
                : isTaken
                  ? `Saving makes this text version ${theirs.version + 1} of it. This is how it would change:`
                  : `Your text is over version ${base} and does not know it. Saving yours as version ${theirs.version + 1} would take back what theirs changed. From theirs to yours:`}
            </AlertDialog.Description>
            {theirs.version > 0 && (
              <Suspense fallback={<SkeletonRows rows={6} label="Changes" />}>
                <DiffView
                  before={theirs.source}
                  after={text}
                  beforeName={`version ${theirs.version}`}
                  afterName="your text"
                />
              </Suspense>
            )}
            <div className="btns">
              <AlertDialog.Close className="btn" ref={safe}>
                Go on editing
              </AlertDialog.Close>
              {theirs.version > 0 && !isTaken && <Button onClick={onTake}>Take theirs instead</Button>}
              <Button kind="danger" onClick={onSave}>
                Save as version {theirs.version + 1}
              </Button>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Viewport>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
