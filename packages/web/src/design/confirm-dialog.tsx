import { AlertDialog } from "@base-ui/react/alert-dialog";
import "./overlays.css";
import { useRef } from "react";
import type { ConfirmProps } from "./confirm.tsx";

/** What `Confirm` shows once it is asked. */
export function ConfirmDialog({ open, title, children, safe, destroy, onClose, onConfirm }: ConfirmProps) {
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
