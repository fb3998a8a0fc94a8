import { Button, count } from "../../design/index.ts";
import type { Following } from "./use-follow.ts";

/** Whether the end is kept in view; while it is not, how much came since. */
export function FollowButton({ follow, turn }: { readonly follow: Following; readonly turn: () => void }) {
  const { isFollowing, fresh } = follow;
  const words = fresh === 1 ? "1 new line" : `${count(fresh)} new lines`;
  return (
    <div className="follow">
      <Button icon="download" aria-pressed={isFollowing} aria-keyshortcuts="F" onClick={turn}>
        {isFollowing ? "Following" : fresh > 0 ? words : "Follow"}
      </Button>
    </div>
  );
}
