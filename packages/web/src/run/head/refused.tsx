import { IconButton, StatusMark } from "../../design/index.ts";
import type { Doing } from "../actions.ts";

const WHAT: Readonly<Record<NonNullable<Doing["refused"]>["kind"], string>> = {
  stop: "It was not stopped.",
  "stop-job": "The job was not stopped.",
  decide: "The decision was not taken.",
  retry: "It was not started again.",
};

/** What was refused, where the hand has just been. */
export function Refused({
  refused: { kind, refusal },
  onClose,
}: {
  readonly refused: NonNullable<Doing["refused"]>;
  readonly onClose: () => void;
}) {
  return (
    <div className="note failed refused" role="alert">
      <StatusMark status="failed" />
      <div className="note-body">
        <p>
          <strong>{WHAT[kind]}</strong> {refusal.message}{" "}
          <code className="soft">
            {refusal.code}
            {refusal.requestId === "" ? "" : ` · request ${refusal.requestId}`}
          </code>
        </p>
      </div>
      <IconButton icon="close" label="Close" onClick={onClose} />
    </div>
  );
}
