import { useEffect, useRef } from "react";
import { type SourceEvents, SourceView } from "./source-view.ts";

/** The text that is edited. `onReady` hands over the view, through which the page works on it; null when it is gone. */
export function Source({
  text,
  events,
  onReady,
}: {
  /** At first; later changes go through the view. */
  readonly text: string;
  readonly events: SourceEvents;
  readonly onReady: (view: SourceView | null) => void;
}) {
  const parent = useRef<HTMLDivElement>(null);
  const latest = useRef({ events, onReady, text });
  useEffect(() => {
    latest.current = { events, onReady, text };
  });
  useEffect(() => {
    if (parent.current === null) return undefined;
    const { text: first, onReady: ready } = latest.current;
    const view = new SourceView(parent.current, first, {
      changed: (changed) => latest.current.events.changed(changed),
      moved: (line) => latest.current.events.moved(line),
      save: () => latest.current.events.save(),
    });
    ready(view);
    return () => {
      ready(null);
      view.destroy();
    };
  }, []);
  return <div className="ed-src" ref={parent} />;
}
