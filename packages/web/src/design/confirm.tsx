import { AlertDialog } from "@base-ui/react/alert-dialog";
import { type ReactNode, useRef } from "react";
import "./overlays.css";

/** For what cannot be undone only. Says what will happen; the safe answer has the focus. */
export function Confirm({
  open,
  title,
  children,
  safe,
  destroy,
  onClose,
  onConfirm,
}: {
  readonly open: boolean;
  readonly title: string;
  readonly children: ReactNode;
  /** What the safe button says, as a verb: "Let it run". */
  readonly safe: string;
  readonly destroy: string;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}) {
  const safeButton = useRef<HTMLButtonElement>(null);
  return (
    <AlertDialog.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="dialog-back" />
        <AlertDialog.Viewport className="dialog-place">
          <AlertDialog.Popup className="dialog" initialFocus={safeButton}>
            <AlertDialog.Title render={<h2 />}>{title}</AlertDialog.Title>
            <AlertDialog.Description render={<div className="mid" />}>{children}</AlertDialog.Description>
            <div className="btns">
              <AlertDialog.Close className="btn" ref={safeButton}>
                {safe}
              </AlertDialog.Close>
              <button
                type="button"
                className="btn danger solid"
                onClick={() => {
                  onConfirm();
                  onClose();
                }}
              >
                {destroy}
              </button>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Viewport>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
