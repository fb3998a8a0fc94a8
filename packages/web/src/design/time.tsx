import { clock, exact, relative } from "./duration.ts";
import { useNow } from "./now.ts";

/** The clock of the page ticks once a second, and may differ from the server's: what has just been is not to come. */
const JUST_NOW_MS = 5_000;

/** A moment: relative for reading, exact on hover and for machines. `past`: it has been. */
export function Ago({ at, past = false }: { readonly at: string; readonly past?: boolean }) {
  const now = useNow();
  const ms = Date.parse(at);
  const isJustNow = past && ms > now && ms - now < JUST_NOW_MS;
  return (
    <time dateTime={at} title={exact(ms)}>
      {relative(isJustNow ? now : ms, now)}
    </time>
  );
}

/** A moment as given by `text`, exact on hover. */
export function Moment({ at, text }: { readonly at: string; readonly text: string }) {
  return (
    <time dateTime={at} title={exact(Date.parse(at))}>
      {text}
    </time>
  );
}

/** How long something took; while it lasts, how long so far. */
export function Took({
  from,
  to,
  fine = false,
}: {
  readonly from: string | null;
  readonly to: string | null;
  readonly fine?: boolean;
}) {
  return from === null ? <>–</> : to === null ? <Lasting from={from} /> : <>{clock(span(from, to), fine)}</>;
}

function Lasting({ from }: { readonly from: string }) {
  const now = useNow();
  return <>{clock(Math.max(0, now - Date.parse(from)))}</>;
}

function span(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from));
}
