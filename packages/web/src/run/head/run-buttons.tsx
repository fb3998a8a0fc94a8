import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import type { RunView } from "../../api/client.ts";
import { useScreenKeys } from "../../app/keys.ts";
import { Button, Confirm, toast } from "../../design/index.ts";
import { useActions } from "../actions.ts";
import type { Jobs } from "../jobs.ts";
import { MoreMenu } from "./more-menu.tsx";
import { Refused } from "./refused.tsx";

const InputsDialog = lazy(async () => ({ default: (await import("./inputs-dialog.tsx")).InputsDialog }));

/** What can be done with the run, the most likely first; the rest is in a menu. */
export function RunButtons({
  id,
  run,
  jobs,
  select,
}: {
  readonly id: string;
  readonly run: RunView;
  readonly jobs: Jobs;
  readonly select: (job: string) => void;
}) {
  const navigate = useNavigate();
  const { act, isBusy, refused, dismiss } = useActions(id, (_, made) => {
    if (made === null) return;
    toast("Started again as a new run.");
    void navigate({ to: "/runs/$run", params: { run: made }, search: {} });
  });
  const [asking, ask] = useState<"stop" | "kill" | null>(null);
  const [isChanging, change] = useState(false);
  const isOver = run.ended_at !== null;
  const asked = jobs.list.find((job) => job.kind === "approval" && job.status === "waiting");
  const hasFailed = run.status === "failed" || run.status === "cancelled";
  useScreenKeys(
    useMemo(
      () => ({
        ".": () => {
          if (!isOver) ask(run.status === "stopping" ? "kill" : "stop");
        },
      }),
      [isOver, run.status],
    ),
  );
  return (
    <div className="btns">
      {!isOver && run.status !== "stopping" && (
        <Button icon="stop" onClick={() => ask("stop")} aria-keyshortcuts=".">
          Stop
        </Button>
      )}
      {run.status === "stopping" && (
        <Button kind="danger" icon="stop" onClick={() => ask("kill")}>
          Kill now
        </Button>
      )}
      {asked !== undefined && (
        <Button kind="primary" onClick={() => select(asked.key)}>
          Decide
        </Button>
      )}
      {hasFailed && (
        <Button
          kind="primary"
          icon="retry"
          busy={isBusy}
          onClick={() => act({ kind: "retry", failed: true })}
        >
          Retry failed
        </Button>
      )}
      {run.status === "completed" && (
        <Button icon="retry" busy={isBusy} onClick={() => act({ kind: "retry", failed: false })}>
          Run again
        </Button>
      )}
      <MoreMenu
        run={run}
        isOver={isOver}
        onRetryAll={() => act({ kind: "retry", failed: false })}
        onChangeInputs={() => change(true)}
      />
      {refused !== null && <Refused refused={refused} onClose={dismiss} />}
      <StopQuestion
        asking={asking}
        run={run}
        onClose={() => ask(null)}
        onConfirm={(force) => act({ kind: "stop", force })}
      />
      {isChanging && (
        <Suspense fallback={null}>
          <InputsDialog
            run={run}
            onClose={() => change(false)}
            onStart={(inputs) => act({ kind: "retry", failed: false, inputs })}
          />
        </Suspense>
      )}
    </div>
  );
}

function StopQuestion({
  asking,
  run,
  onClose,
  onConfirm,
}: {
  readonly asking: "stop" | "kill" | null;
  readonly run: RunView;
  readonly onClose: () => void;
  readonly onConfirm: (force: boolean) => void;
}) {
  const { running = 0, queued = 0, waiting = 0 } = run.counts;
  const isKill = asking === "kill";
  const working =
    running === 0 ? "Nothing of it works at this moment." : `${workingText(running)} asked to end.`;
  const open = queued + waiting;
  return (
    <Confirm
      open={asking !== null}
      title={
        isKill
          ? `Kill what is left of ${run.pipeline} #${run.number}?`
          : `Stop ${run.pipeline} #${run.number}?`
      }
      safe={isKill ? "Let it end" : "Let it run"}
      destroy={isKill ? "Kill now" : "Stop the run"}
      onClose={onClose}
      onConfirm={() => onConfirm(isKill)}
    >
      <p>
        {isKill
          ? "Its processes are killed at once, without time to clean up."
          : `${working} ${open === 0 ? "" : `${open === 1 ? "1 job that waits" : `${open} jobs that wait`} will not start. `}Jobs under finally still run.`}
      </p>
    </Confirm>
  );
}

function workingText(running: number): string {
  return running === 1 ? "1 job that works is" : `${running} jobs that work are`;
}
