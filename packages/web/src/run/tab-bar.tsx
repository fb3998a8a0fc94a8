import { Link } from "@tanstack/react-router";
import { Icon } from "../design/index.ts";
import type { RunState } from "./run-state.ts";
import { type Tab, TABS } from "./tabs.ts";

/** The parts of a run, as links: the one that is shown is in sight, however narrow the screen. */
export function Tabs({
  id,
  state,
  tab,
  selected,
}: {
  readonly id: string;
  readonly state: RunState;
  readonly tab: Tab;
  readonly selected: string | null;
}) {
  return (
    <nav className="tabs" aria-label="Of this run">
      {TABS.map(({ name, title, count }) => {
        const number = count?.(state) ?? 0;
        const search: Record<string, string> = {
          ...(name === "graph" ? {} : { tab: name }),
          ...(selected === null ? {} : { job: selected }),
        };
        return (
          <Link
            key={name}
            ref={name === tab.name ? bringIntoSight : undefined}
            to="/runs/$run"
            params={{ run: id }}
            search={search}
            activeOptions={{ exact: true }}
            aria-current={name === tab.name ? "page" : undefined}
          >
            {title} {number > 0 && <span className="n">{number.toLocaleString()}</span>}
          </Link>
        );
      })}
    </nav>
  );
}

function bringIntoSight(element: Element | null): void {
  element?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

export interface TravelSwitch {
  /** The bar of time travel is there. */
  readonly isOpen: boolean;
  readonly open: (isOpen: boolean) => void;
}

/** Brings the bar of time travel; gone while it is there, which has a way to close it. */
export function TravelButton({ isOpen, open }: TravelSwitch) {
  if (isOpen) return null;
  return (
    <button
      type="button"
      className="travel-open"
      title="Look at the run as it was ([)"
      aria-keyshortcuts="["
      onClick={() => open(true)}
    >
      <Icon name="clock" /> <span>Time travel</span>
    </button>
  );
}
