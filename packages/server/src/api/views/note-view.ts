import type { ActivityEntry } from "@gaia/contracts";
import type { NoteRow } from "../../store/port.ts";
import { timeText } from "./run-view.ts";

/** A note as the API shows it. */
export function noteView(note: NoteRow, cursor: string): ActivityEntry {
  return {
    cursor,
    at: timeText(note.at),
    actor: { ...note.actor },
    kind: note.kind,
    subject: note.subject,
    body: note.body ?? null,
  };
}
