import { lazy, type ReactNode, Suspense, useState } from "react";

const Dialog = lazy(async () => ({ default: (await import("./confirm-dialog.tsx")).ConfirmDialog }));

export interface ConfirmProps {
  readonly open: boolean;
  readonly title: string;
  readonly children: ReactNode;
  /** What the safe button says, as a verb: "Let it run". */
  readonly safe: string;
  readonly destroy: string;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

/**
 * For what cannot be undone only. Says what will happen; the safe answer has the focus. Loaded when it is first asked:
 * dialogs are a seventh of what a first screen would load.
 */
export function Confirm(props: ConfirmProps) {
  const [wasAsked, setAsked] = useState(props.open);
  if (props.open && !wasAsked) setAsked(true);
  return (
    wasAsked && (
      <Suspense fallback={null}>
        <Dialog {...props} />
      </Suspense>
    )
  );
}
