import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { inboxQuery, systemQuery } from "../api/queries.ts";
import { Icon, Logo } from "../design/index.ts";
import { openPalette } from "./palette/state.ts";
import { ADMINISTRATION, type RoomLink, ROOMS } from "./rooms.ts";

/** The side: find, rooms, and what the workers' slots do. */
export function Side() {
  const namespace = useQuery(systemQuery).data?.namespace ?? "";
  return (
    <section className="side" aria-label="Sidebar">
      <div className="brand">
        <Link to="/" aria-label="Gaia, home">
          <Logo size={22} />
          Gaia
        </Link>
        {namespace !== "" && <span className="ns">{namespace}</span>}
      </div>
      <button type="button" className="find" onClick={openPalette} aria-keyshortcuts="Meta+K Control+K">
        <Icon name="find" />
        <span>Find or do</span>
        <span className="keys" aria-hidden="true">
          <kbd>{MODIFIER}</kbd>
          <kbd>K</kbd>
        </span>
      </button>
      <nav aria-label="Rooms">
        <ul>
          {ROOMS.map((room) => (
            <li key={room.to}>
              <RoomAnchor room={room} />
            </li>
          ))}
        </ul>
      </nav>
      <div className="side-foot">
        <Slots />
        <nav aria-label="Administration">
          <ul>
            {ADMINISTRATION.map((room) => (
              <li key={room.to}>
                <RoomAnchor room={room} />
              </li>
            ))}
          </ul>
        </nav>
      </div>
    </section>
  );
}

const MODIFIER = /Mac|iP/.test(navigator.platform) ? "⌘" : "Ctrl";

function RoomAnchor({ room }: { readonly room: RoomLink }) {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const isHere = room.to === "/" ? path === "/" : path === room.to || path.startsWith(`${room.to}/`);
  const waiting = useWaiting();
  return (
    <Link to={room.to} aria-current={isHere ? "page" : undefined}>
      <Icon name={room.icon} />
      <span>{room.name}</span>
      {room.to === "/inbox" && waiting !== "" && (
        <span className="count" aria-label={`${waiting} wait for you`}>
          {waiting}
        </span>
      )}
    </Link>
  );
}

/** How many questions wait for a person, as a badge says it: `61`, `500+`; empty: none. */
export function useWaiting(): string {
  const { data } = useQuery(inboxQuery);
  if (data === undefined || data.items.length === 0) return "";
  return `${data.items.length}${data.next_cursor === null ? "" : "+"}`;
}

/** So many slots can be drawn one by one. */
const DRAWN_SLOTS = 24;

function Slots() {
  const { data: system } = useQuery(systemQuery);
  if (system === undefined) return null;
  const connected = system.workers.filter(({ status }) => status === "connected");
  const slots = connected.reduce((sum, worker) => sum + worker.slots, 0);
  const busy = connected.reduce((sum, worker) => sum + worker.running, 0);
  const drawn = Math.min(slots, DRAWN_SLOTS);
  const filled = slots === 0 ? 0 : Math.round((Math.min(busy, slots) / slots) * drawn);
  const label = `${busy} of ${slots} slots busy, ${connected.length} of ${system.workers.length} workers connected`;
  return (
    <Link className="slots" to="/system" aria-label={label}>
      <span className="slots-row" aria-hidden="true">
        {Array.from({ length: drawn }, (_, at) => (
          <i key={at} className={at < filled ? "on" : ""} />
        ))}
      </span>
      <span className="slots-text" aria-hidden="true">
        {slots === 0 ? (
          "no worker is connected"
        ) : (
          <>
            <b>{busy}</b> of {slots} slots busy
          </>
        )}
      </span>
    </Link>
  );
}
