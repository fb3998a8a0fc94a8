import type { NoteRow } from "../../store/port.ts";
import type { NoteView } from "../schemas.ts";
import { timeText } from "./run-view.ts";

/** A note as the API shows it. */
export function noteView(note: NoteRow, cursor: string): NoteView {
  return {
    cursor,
    at: timeText(note.at),
    actor: { ...note.actor },
    kind: note.kind,
    subject: note.subject,
    body: note.body ?? null,
  };
}
