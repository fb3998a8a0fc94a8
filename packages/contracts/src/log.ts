import { z } from "zod";

/** What a viewer of a log reads: its lines by number, and where something is in it. Lines count from 1. */

const line = z.number().int();

export const logLine = z.object({
  text: z.string(),
  /** When it came, as near as that is known; null: it is not known. */
  at: z.string().nullable(),
  /** Bytes of the line that `text` leaves out, because the line is very long. */
  cut_bytes: z.number().int(),
});
export type LogLine = z.infer<typeof logLine>;

export const logLines = z.object({
  attempt: z.number().int(),
  /** Number of the first of `lines`. */
  from: line,
  /** Parameters of the SGR sequences in force where the first line begins, such as `1;31`. */
  sgr: z.string(),
  lines: z.array(logLine),
});
export type LogLines = z.infer<typeof logLines>;

/** Lines that belong together, from a marker that the job printed: `::group::`, `##[group]`, `--- `, `+++ `, `~~~ `. */
export const logGroup = z.object({
  line,
  /** Last line of it; null: it goes on. */
  end: line.nullable(),
  title: z.string(),
  /** Its marker (`+++ `) asks that it be shown open. */
  open: z.boolean(),
  at: z.string().nullable(),
  until: z.string().nullable(),
});
export type LogGroup = z.infer<typeof logGroup>;

/** The same one to four lines again and again. */
export const logRepeat = z.object({
  line,
  end: line,
  /** How many lines repeat. */
  period: z.number().int(),
});
export type LogRepeat = z.infer<typeof logRepeat>;

export const logOutline = z.object({
  attempt: z.number().int(),
  /** The job's newest attempt. */
  attempts: z.number().int(),
  /** Nothing will be added to this attempt's log. */
  ended: z.boolean(),
  size_bytes: z.number().int(),
  /** How far it has been looked through; everything below is about so much of it. */
  scanned_bytes: z.number().int(),
  lines: z.number().int(),
  /** It holds bytes that are no text. */
  binary: z.boolean(),
  /** When its first line came. */
  started_at: z.string().nullable(),
  errors_total: z.number().int(),
  warnings_total: z.number().int(),
  /** Lines with errors and warnings: the first 2,000 of each. */
  errors: z.array(line),
  warnings: z.array(line),
  /** At most 5,000 of each. */
  groups: z.array(logGroup),
  repeats: z.array(logRepeat),
});
export type LogOutline = z.infer<typeof logOutline>;

export const logHits = z.object({
  attempt: z.number().int(),
  /** Lines, and how often the text is in each. */
  hits: z.array(z.object({ line, count: z.number().int() })),
  /** Of this answer: more than `hits` tell when there are very many. */
  total: z.number().int(),
  scanned_bytes: z.number().int(),
  size_bytes: z.number().int(),
  /** `cursor` of the next question; null: the whole log, as it is now, has been searched and will not grow. */
  next_cursor: z.string().nullable(),
  /** All that is there now has been searched. */
  complete: z.boolean(),
});
export type LogHits = z.infer<typeof logHits>;
