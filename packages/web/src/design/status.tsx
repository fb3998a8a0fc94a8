import "./marks.css";
import type { ReactNode } from "react";

/** All states of jobs; a run has six of them. */
export const STATUSES = [
  "pending",
  "queued",
  "running",
  "waiting",
  "stopping",
  "completed",
  "failed",
  "skipped",
  "cancelled",
] as const;
export type Status = (typeof STATUSES)[number];

/** Parts drawn on the status colour. */
const ON_STATUS = { stroke: "var(--on-status)", strokeLinecap: "round", strokeWidth: 1.7 } as const;
const RING = { fill: "none", stroke: "currentColor", strokeWidth: 1.6 } as const;

/** A status is shape, word and colour: each state has a shape of its own. */
const SHAPES: Readonly<Record<Status, ReactNode>> = {
  pending: <circle cx="8" cy="8" r="6" {...RING} strokeDasharray="2.3 2.412" />,
  queued: (
    <>
      <circle cx="8" cy="8" r="6" {...RING} />
      <circle cx="8" cy="8" r="2.3" fill="currentColor" />
    </>
  ),
  running: (
    <>
      <circle cx="8" cy="8" r="5.9" fill="none" stroke="currentColor" strokeWidth="2.2" opacity=".28" />
      <path
        className="turns"
        d="M8 2.1a5.900 5.900 0 0 1 5.900 5.900"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.2"
        strokeLinecap="round"
      />
    </>
  ),
  waiting: (
    <>
      <path
        d="M8 1.6 14.4 8 8 14.4 1.6 8z"
        fill="currentColor"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinejoin="round"
      />
      <path d="M6.5 6v4M9.5 6v4" {...ON_STATUS} />
    </>
  ),
  stopping: (
    <>
      <rect x="2" y="2" width="12" height="12" rx="3.5" {...RING} />
      <rect x="5.3" y="5.3" width="5.4" height="5.4" rx="1" fill="currentColor" />
    </>
  ),
  completed: (
    <>
      <circle cx="8" cy="8" r="6.8" fill="currentColor" />
      <path d="m5 8.300 2.100 2.100L11.200 6" {...ON_STATUS} fill="none" strokeLinejoin="round" />
    </>
  ),
  failed: (
    <>
      <path
        d="M5.1 1.200h5.800l3.900 3.900v5.800l-3.900 3.900H5.100L1.200 10.900V5.100z"
        fill="currentColor"
      />
      <path d="m5.800 5.800 4.400 4.400M10.200 5.800l-4.400 4.400" {...ON_STATUS} />
    </>
  ),
  skipped: (
    <>
      <circle cx="8" cy="8" r="6" {...RING} />
      <path
        d="M5 8h5.500M8.400 5.800 10.600 8 8.400 10.200"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  cancelled: (
    <>
      <circle cx="8" cy="8" r="6" {...RING} />
      <path d="m4.300 11.700 7.400-7.400" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
    </>
  ),
};

/** Only the drawing, to be placed within another picture (a node of a graph). */
export function StatusShape({ status }: { readonly status: Status }) {
  return <g className={`mark-${status}`}>{SHAPES[status]}</g>;
}

/** The mark of a state. `alone`: no word stands beside it, so it says its own name. */
export function StatusMark({
  status,
  alone = false,
  className = "",
}: {
  readonly status: Status;
  readonly alone?: boolean;
  readonly className?: string;
}) {
  const name = alone ? { role: "img", "aria-label": statusWord(status) } : { "aria-hidden": true };
  return (
    <svg className={`mark mark-${status} ${className}`} viewBox="0 0 16 16" {...name}>
      {SHAPES[status]}
    </svg>
  );
}

/** Mark and word; `pill` for the head of a page. */
export function StatusLabel({
  status,
  pill = false,
  word = statusWord(status),
}: {
  readonly status: Status;
  readonly pill?: boolean;
  /** Where the status is said otherwise. */
  readonly word?: string | undefined;
}) {
  return (
    <span className={`status status-${status}${pill ? " pill" : ""}`}>
      <StatusMark status={status} />
      <span>{word}</span>
    </span>
  );
}

/** `Running` for `running`. */
export function statusWord(status: Status): string {
  return status.charAt(0).toUpperCase() + status.slice(1);
}
