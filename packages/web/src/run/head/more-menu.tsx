import { Menu } from "@base-ui/react/menu";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { RunView } from "../../api/client.ts";
import { Icon, toast } from "../../design/index.ts";

/** What is done with a run less often. What cannot be done now says why. */
export function MoreMenu({
  run,
  isOver,
  onRetryAll,
  onChangeInputs,
}: {
  readonly run: RunView;
  readonly isOver: boolean;
  readonly onRetryAll: () => void;
  readonly onChangeInputs: () => void;
}) {
  const navigate = useNavigate();
  const open = (id: string): void => void navigate({ to: "/runs/$run", params: { run: id }, search: {} });
  const { retry_of: former, parent_run: parent } = run;
  // Opening renders anew: only then is the page's main part surely the one that is shown.
  const [isOpen, setOpen] = useState(false);
  return (
    <Menu.Root open={isOpen} onOpenChange={(next) => setOpen(next)}>
      <Menu.Trigger className="ghost" aria-label="More actions" title="More actions">
        <Icon name="more" />
      </Menu.Trigger>
      {/* Within the page's main part: what stands outside of all landmarks is not found by its readers. */}
      <Menu.Portal container={document.getElementById("main")}>
        <Menu.Positioner
          className="menu-place"
          side="bottom"
          align="end"
          sideOffset={4}
          positionMethod="fixed"
        >
          <Menu.Popup className="menu">
            <Menu.Item className="menu-item" disabled={!isOver} onClick={onRetryAll}>
              <span>Retry all</span>
              {!isOver && <span className="soft small">when it has ended</span>}
            </Menu.Item>
            <Menu.Item className="menu-item" disabled={!isOver} onClick={onChangeInputs}>
              <span>Re-run with changed inputs…</span>
              {!isOver && <span className="soft small">when it has ended</span>}
            </Menu.Item>
            <Menu.Separator className="menu-line" />
            <Menu.Item className="menu-item" onClick={() => void copied(run.id, "The run's id is copied.")}>
              Copy its id
            </Menu.Item>
            <Menu.Item
              className="menu-item"
              onClick={() => void copied(location.href, "The link is copied.")}
            >
              Copy the link to this view
            </Menu.Item>
            {former !== null && (
              <Menu.Item className="menu-item" onClick={() => open(former)}>
                Open the run that this one repeats
              </Menu.Item>
            )}
            {parent !== null && (
              <Menu.Item className="menu-item" onClick={() => open(parent)}>
                Open the run that started this one
              </Menu.Item>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** Without a safe connection a browser gives no clipboard: then it is said. */
async function copied(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    toast(`The browser does not allow copying. It is ${text}`);
  }
}
