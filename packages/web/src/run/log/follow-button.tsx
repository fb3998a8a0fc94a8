import { useEffect, useRef, useState } from "react";
import { Button, count } from "../../design/index.ts";
import type { Following } from "./use-follow.ts";

/** Whether the end is kept in view; while it is not, how much came since. */
export function FollowButton({ follow, turn }: { readonly follow: Following; readonly turn: () => void }) {
  const { isFollowing, fresh } = follow;
  const said = useSpoken(isFollowing || fresh === 0 ? "" : `${count(fresh)} new lines`);
  const words = fresh === 1 ? "1 new line" : `${count(fresh)} new lines`;
  return (
    <div className="follow">
      <span className="vh" role="status">
        {said}
      </span>
      <Button icon="download" aria-pressed={isFollowing} aria-keyshortcuts="F" onClick={turn}>
        {isFollowing ? "Following" : fresh > 0 ? words : "Follow"}
      </Button>
    </div>
  );
}

/** Readers hear how it stands at most so often: a log can change ten times a second. */
const SPOKEN_MS = 5_000;

function useSpoken(text: string): string {
  const [said, say] = useState("");
  const now = useRef(text);
  useEffect(() => {
    now.current = text;
  }, [text]);
  useEffect(() => {
    const timer = setInterval(() => say(now.current), SPOKEN_MS);
    return () => clearInterval(timer);
  }, []);
  return said;
}
