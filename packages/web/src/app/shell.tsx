import "./shell.css";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { Icon, Toasts } from "../design/index.ts";
import { useKeys } from "./keys.ts";
import { usePaletteOpen } from "./palette/state.ts";
import { ROOMS } from "./rooms.ts";
import { Side, useWaiting } from "./side.tsx";

const loadPalette = () => import("./palette/palette.tsx");
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }));
const SIGNS_OF_A_PERSON = ["pointermove", "pointerdown", "keydown"] as const;

/** Side, screen, tab bar: what stays while rooms change. */
export function Shell() {
  useKeys();
  const isPaletteOpen = usePaletteOpen();
  usePaletteReady();
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

/**
 * Loaded as soon as somebody is there, and not with the first screen: who types right behind Ctrl K would type into the
 * page below, and once it is here it opens without a server.
 */
function usePaletteReady(): void {
  useEffect(() => {
    const ended = new AbortController();
    const load = (): void => {
      ended.abort();
      // What fails here is tried again, and told, when the palette is opened.
      void loadPalette().catch(() => undefined);
    };
    for (const sign of SIGNS_OF_A_PERSON)
      addEventListener(sign, load, { signal: ended.signal, passive: true });
    return () => ended.abort();
  }, []);
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
