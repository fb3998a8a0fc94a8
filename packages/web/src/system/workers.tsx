import { useState } from "react";
import type { SystemView } from "../api/client.ts";
import { Ago, Icon, SectionHead } from "../design/index.ts";

type Worker = SystemView["workers"][number];
/** More cannot be told apart. */
const DRAWN_SLOTS = 16;

/** The workers: state with its reason, slots, tags, and how they stop what they started. */
export function Workers({ workers }: { readonly workers: readonly Worker[] }) {
  const [isHelpShown, showHelp] = useState(false);
  const connected = workers.filter(({ status }) => status === "connected");
  const slots = connected.reduce((sum, worker) => sum + worker.slots, 0);
  const busy = connected.reduce((sum, worker) => sum + worker.running, 0);
  return (
    <section aria-labelledby="workers-title">
      <SectionHead
        id="workers-title"
        title="Workers"
        note={`${connected.length} of ${workers.length} connected, ${busy} of ${slots} slots busy`}
      >
        <button
          type="button"
          className="text"
          aria-expanded={isHelpShown}
          onClick={() => showHelp(!isHelpShown)}
        >
          What this means
        </button>
      </SectionHead>
      {isHelpShown && <Help />}
      {workers.length === 0 ? (
        <p className="sys-quiet">
          No worker is known. The server starts one on its own machine unless <code>worker.enabled</code> is
          false.
        </p>
      ) : (
        <div className="scroll-x" tabIndex={0} role="region" aria-label="Workers, table">
          <table className="sys-workers">
            <caption className="vh">Workers</caption>
            <thead>
              <tr>
                <th scope="col">Worker</th>
                <th scope="col">State</th>
                <th scope="col">Slots</th>
                <th scope="col">Tags</th>
                <th scope="col">Stops by</th>
                <th scope="col" className="num">
                  Seen
                </th>
              </tr>
            </thead>
            <tbody>
              {workers.map((worker) => (
                <WorkerRow key={worker.id} worker={worker} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Help() {
  return (
    <div className="note sys-help">
      <div className="note-body small">
        <p>
          <b>Stops by</b>: <code>cgroup</code> ends all that a task started at once; <code>subreaper</code>{" "}
          finds what outlived its parent; <code>group</code> reaches the process group only.
        </p>
        <p>
          <b>Limits</b>: whether <code>resources</code> of a task is enforced by the machine, or only written
          down.
        </p>
      </div>
    </div>
  );
}

const STATES = {
  connected: { icon: "check", className: "status-completed" },
  draining: { icon: "minus", className: "status-waiting" },
  unhealthy: { icon: "warning", className: "status-failed" },
  disconnected: { icon: "offline", className: "status-failed" },
} as const;

function WorkerRow({ worker }: { readonly worker: Worker }) {
  const { name, host, version, status, reason, tags, stop_means, limits, last_seen_at } = worker;
  const { icon, className } = STATES[status];
  return (
    <tr>
      <th scope="row">
        <b>{name}</b>
        <div className="soft small">
          {host} · {version}
        </div>
      </th>
      <td>
        <span className={`status ${className}`}>
          <Icon name={icon} />
          <span>{status.charAt(0).toUpperCase() + status.slice(1)}</span>
        </span>
        {reason !== "" && <div className="small soft reason">{reason}</div>}
      </td>
      <td>
        <SlotsOf worker={worker} />
      </td>
      <td>
        <span className="chips">
          {tags.map((tag) => (
            <span className="tag" key={tag}>
              {tag}
            </span>
          ))}
        </span>
      </td>
      <td className="mid">
        {stop_means}
        <div className="small soft nowrap">{limitsText(limits)}</div>
      </td>
      <td className="num soft">{last_seen_at === null ? "never" : <Ago at={last_seen_at} past />}</td>
    </tr>
  );
}

function limitsText({ memory, cpu }: Worker["limits"]): string {
  return memory === cpu ? `limits ${memory}` : `memory ${memory}, processor ${cpu}`;
}

function SlotsOf({ worker: { slots, running } }: { readonly worker: Worker }) {
  const drawn = Math.min(slots, DRAWN_SLOTS);
  const filled = slots === 0 ? 0 : Math.round((Math.min(running, slots) / slots) * drawn);
  return (
    <span className="sys-slots">
      <span className="slots-row" role="img" aria-label={`${running} of ${slots} slots busy`}>
        {Array.from({ length: drawn }, (_, at) => (
          <i key={at} className={at < filled ? "on" : ""} />
        ))}
      </span>
      <span className="small soft" aria-hidden="true">
        {running} of {slots}
      </span>
    </span>
  );
}
