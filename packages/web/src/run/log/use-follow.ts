import { useCallback, useEffect, useRef, useState } from "react";

/** Whether the end of a log is kept in view. */
export interface Following {
  readonly isFollowing: boolean;
  /** Lines that came since it is not. */
  readonly fresh: number;
  readonly start: () => void;
  readonly stop: () => void;
  /** A person scrolled: up ends following, down to the end begins it again. */
  readonly moved: (from: number, to: number, isAtEnd: boolean) => void;
}

export function useFollow(lines: number, isLive: boolean): Following {
  const [isFollowing, setFollowing] = useState(false);
  const [seen, setSeen] = useState(0);
  const now = useRef({ lines, isLive });
  useEffect(() => {
    now.current = { lines, isLive };
  });
  const start = useCallback(() => setFollowing(true), []);
  const stop = useCallback(() => {
    setFollowing(false);
    setSeen(now.current.lines);
  }, []);
  const moved = useCallback(
    (from: number, to: number, isAtEnd: boolean) => {
      if (to < from) stop();
      else if (isAtEnd && now.current.isLive) start();
    },
    [start, stop],
  );
  return { isFollowing, fresh: isFollowing ? 0 : Math.max(0, lines - seen), start, stop, moved };
}
