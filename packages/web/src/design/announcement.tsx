import { useEffect, useRef, useState } from "react";

/** Readers hear at most one message in this time. */
const PAUSE_MS = 5_000;

/** Tells readers what changed on the page; the newest message of a busy time is told. Empty: nothing to tell. */
export function Announcement({ text }: { readonly text: string }) {
  const [told, tell] = useState("");
  const lastAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (text === "") return;
    const timer = setTimeout(
      () => {
        lastAt.current = performance.now();
        tell(text);
      },
      Math.max(0, lastAt.current + PAUSE_MS - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p className="vh" role="status" aria-live="polite">
      {told}
    </p>
  );
}
