import { Button, Icon } from "../../design/index.ts";
import type { LogState } from "./source.ts";

/** What a reader must know about a log beside its lines. */
export function LogNotes({ state, retry }: { readonly state: LogState; readonly retry: () => void }) {
  const { outline, connection, failure } = state;
  return (
    <>
      {failure !== null && connection !== "offline" && (
        <p className="log-note" role="status">
          <Icon name="warning" />
          <span>
            Some lines cannot be read: {failure.message} What is here stays; the job itself goes on.{" "}
            <code>{failure.code}</code>
          </span>
          <Button size="small" icon="retry" onClick={retry}>
            Try again
          </Button>
        </p>
      )}
      {connection === "offline" && (
        <p className="log-note" role="status">
          <Icon name="offline" />
          <span>
            Offline: lines that came since are not shown yet. The job itself goes on, and so does its log.
          </span>
          <Button size="small" icon="retry" onClick={retry}>
            Try again
          </Button>
        </p>
      )}
      {outline?.binary === true && (
        <p className="log-note">
          <Icon name="file" />
          <span>
            This log holds bytes that are no text. They are shown as ␀ or �; the download has them as they
            are.
          </span>
        </p>
      )}
    </>
  );
}
