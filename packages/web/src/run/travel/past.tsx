import "../travel.css";
import type { ReactNode } from "react";
import type { EventView } from "../../api/client.ts";
import {
  Button,
  exact,
  Icon,
  relative,
  spoken,
  type Status,
  StatusMark,
  StandstillContext,
  timeOfDay,
  toast,
  usePresent,
} from "../../design/index.ts";
import { decisionOf } from "./decisions.ts";
import type { Travel } from "./travel.ts";

/** Why an action is off while the past is shown: its `title`, and what `PastNote` says beside it. */
export const PAST_REASON = "This is the past. Go back to live to act.";

/** The frame around what shows the past: verdigris, and a clock that stands still. `now` null: the present, no frame. */
export function PastFrame({
  now,
  className = "",
  children,
}: {
  readonly now: number | null;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  const names = [className, now === null ? "" : "past-frame"].filter((name) => name !== "").join(" ");
  return (
    <StandstillContext value={now}>
      <div className={names}>{children}</div>
    </StandstillContext>
  );
}

/** Stands where `Live` stood: how old the moment is. */
export function PastMark({ now }: { readonly now: number }) {
  const present = usePresent();
  return (
    <span className="live past" role="status">
      <Icon name="clock" />
      <time dateTime={new Date(now).toISOString()} title={exact(now)}>
        {relative(now, present)}
      </time>
    </span>
  );
}

/** The state that the run was in, for its head. */
export function PastStatus({ status }: { readonly status: Status }) {
  const word = status === "completed" || status === "failed" ? `Had ${status}` : `Was ${status}`;
  return (
    <span className={`status status-${status} pill`}>
      <StatusMark status={status} />
      <span>{word}</span>
    </span>
  );
}

/** What is looked at, and what had just been decided. */
export function PastNote({ now, event }: { readonly now: number; readonly event: EventView | undefined }) {
  const present = usePresent();
  const decision = event === undefined ? null : decisionOf(event);
  return (
    <p className="why">
      <strong>
        You look at the run as it was at {timeOfDay(now)}, {spoken(Math.max(0, present - now))} ago.
      </strong>{" "}
      {decision !== null && (
        <>
          {decision.title}
          {decision.detail === "" ? "" : ` (${decision.detail})`}.{" "}
        </>
      )}
      Actions are off here: go back to live to act.
    </p>
  );
}

/** In place of a run's actions. */
export function PastActions({ travel }: { readonly travel: Travel }) {
  const copy = (): void => {
    const address = new URL(location.href);
    address.searchParams.set("at", String(travel.at));
    navigator.clipboard.writeText(address.href).then(
      () => toast("The link to this moment is copied."),
      () => toast("The browser does not let this page copy; the link is in the address line."),
    );
  };
  return (
    <div className="btns">
      <Button icon="link" onClick={copy}>
        Copy link to this moment
      </Button>
      <Button kind="primary" onClick={travel.live}>
        Back to live
      </Button>
    </div>
  );
}
