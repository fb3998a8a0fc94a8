import "./shell.css";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { Icon, Toasts } from "../design/index.ts";
import { useKeys } from "./keys.ts";
import { usePaletteOpen } from "./palette/state.ts";
import { ROOMS } from "./rooms.ts";
import { Side, useWaiting } from "./side.tsx";

const Palette = lazy(async () => ({ default: (await import("./palette/palette.tsx")).Palette }));

/** Side, screen, tab bar: what stays while rooms change. */
export function Shell() {
  useKeys();
  const isPaletteOpen = usePaletteOpen();
  return (
    <>
      <a className="skip" href="#main">
        To the content
      </a>
      <div className="shell">
        <Side />
        <Outlet />
        <TabBar />
      </div>
      <Toasts />
      {isPaletteOpen && (
        <Suspense fallback={null}>
          <Palette />
        </Suspense>
      )}
    </>
  );
}

/** On narrow screens; the rooms that did not fit are behind Find. */
function TabBar() {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const waiting = useWaiting();
  return (
    <nav className="tabbar" aria-label="Rooms, short">
      {ROOMS.slice(0, 4).map(({ to, name, icon }) => (
        <Link
          key={to}
          to={to}
          aria-current={(to === "/" ? path === "/" : path.startsWith(to)) ? "page" : undefined}
        >
          <Icon name={icon} />
          <span>{name}</span>
          {to === "/inbox" && waiting !== "" && <em aria-label={`${waiting} wait for you`}>{waiting}</em>}
        </Link>
      ))}
      <Link to="/more" aria-current={path === "/more" ? "page" : undefined}>
        <Icon name="more" />
        <span>More</span>
      </Link>
    </nav>
  );
}
