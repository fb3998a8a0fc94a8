import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useConnection } from "../api/connection.ts";
import { retryFeed } from "../api/live/feed.ts";
import { Button, Icon, IconButton, Logo, spoken, timeOfDay, useNow } from "../design/index.ts";
import { Account } from "./account.tsx";
import { openPalette } from "./palette/state.ts";
import { switchTheme } from "./preferences.ts";
import { useUpgrade } from "./upgrade.ts";

/** Where I am: names and addresses, the last one is here. */
export interface Crumb {
  readonly name: string;
  readonly to?: string;
}

/** The line at the top: where am I, is it live, theme. */
export function Top({
  crumbs,
  children,
}: {
  readonly crumbs: readonly Crumb[];
  readonly children?: ReactNode;
}) {
  return (
    <header className="top">
      <Link className="top-logo" to="/" aria-label="Gaia, home">
        <Logo size={22} />
      </Link>
      <nav aria-label="You are here" className="crumbs">
        <ol>
          {crumbs.map(({ name, to }, at) => (
            <li key={`${at}${name}`}>
              {to === undefined ? <span aria-current="page">{name}</span> : <Link to={to}>{name}</Link>}
            </li>
          ))}
        </ol>
      </nav>
      <div className="top-right">
        {children ?? <LiveMark />}
        <IconButton
          icon="find"
          label="Find or do"
          onClick={openPalette}
          aria-keyshortcuts="Meta+K Control+K"
        />
        <IconButton icon="theme" label="Switch theme" onClick={switchTheme} />
        <Account />
      </div>
    </header>
  );
}

function LiveMark() {
  const connection = useConnection();
  if (connection.kind === "offline")
    return (
      <span className="live off" role="status">
        <i />
        Offline
      </span>
    );
  return (
    <span className="live" role="status">
      <i />
      {connection.kind === "live" ? "Live" : "Connecting"}
    </span>
  );
}

/** What concerns the whole page, one at a time: a lost connection, or a server that has been upgraded meanwhile. */
export function Banner() {
  const connection = useConnection();
  const upgrade = useUpgrade();
  if (connection.kind === "offline") return <Offline since={connection.since} retryAt={connection.retryAt} />;
  if (upgrade === null) return null;
  return (
    <div className="banner" role="status">
      <Icon name="retry" />
      <span>
        <b>The server is now version {upgrade.now}.</b> This page is still that of {upgrade.before}. Load it
        again to go on with the new one; nothing that runs is affected.
      </span>
      <div className="btns">
        <Button size="small" onClick={() => location.reload()}>
          Load again
        </Button>
      </div>
    </div>
  );
}

/** A broken connection is told once it has lasted: a restart of the server is over sooner. */
const TOLD_AFTER_MS = 1_500;

/** What a lost connection means: the age of what is seen, and that nothing that runs is affected. */
function Offline({ since, retryAt }: { readonly since: number; readonly retryAt: number }) {
  const now = useNow();
  if (now - since < TOLD_AFTER_MS) return null;
  const wait = Math.max(0, Math.ceil((retryAt - now) / 1_000));
  return (
    <div className="banner" role="alert">
      <Icon name="offline" />
      <span>
        <b>No connection to the server since {timeOfDay(since)}.</b> What you see is {spoken(now - since)}{" "}
        old. {wait > 0 ? `Trying again in ${wait} s` : "Trying again"}; nothing that runs is affected.
      </span>
      <div className="btns">
        <Button size="small" onClick={retryFeed}>
          Try now
        </Button>
      </div>
    </div>
  );
}
