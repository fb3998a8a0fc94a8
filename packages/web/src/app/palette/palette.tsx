import "./palette.css";
import "../../design/overlays.css";
import { Dialog } from "@base-ui/react/dialog";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter, useRouterState } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { api, data, type RunView } from "../../api/client.ts";
import { type Refusal, refusalFrom } from "../../api/refusal.ts";
import { Confirm, Failure, Icon, StatusMark, toast } from "../../design/index.ts";
import { bestOf, type Entry, type Found, foundEntries, GROUPS } from "./entries.ts";
import { piecesOf, type Ranges } from "./match.ts";
import { recentChoices, remember } from "./recent.ts";
import { useEntries } from "./sources.ts";
import { closePalette } from "./state.ts";

/** Find or do: what waits or runs, actions with their keys, runs and jobs, pipelines, rooms. */
export function Palette() {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [typed, setTyped] = useState("");
  const [recent] = useState(recentChoices);
  const [stopping, setStopping] = useState<RunView | null>(null);
  const sent = useRef(false);
  const { refusal, build, stop, retry } = useActions(() => {
    sent.current = false;
    setStopping(null);
  });
  const entries = useEntries(typed, path, { build, stop: setStopping, retry });
  const found = foundEntries(entries, typed, recent);
  const input = useRef<HTMLInputElement>(null);
  const choose = useChoose();
  if (stopping !== null)
    return (
      <Confirm
        open
        title={`Stop ${stopping.pipeline} #${stopping.number}?`}
        safe="Let it run"
        destroy="Stop the run"
        onClose={() => {
          // It stays until the server has answered.
          if (!sent.current) closePalette();
        }}
        onConfirm={() => {
          sent.current = true;
          stop(stopping);
        }}
      >
        <p>What works is ended, what has not begun is not begun. What has completed stays.</p>
      </Confirm>
    );
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && closePalette()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="pal-back" />
        <Dialog.Viewport className="pal-place">
          <Dialog.Popup className="pal" aria-label="Find or do" initialFocus={input}>
            <Finder found={found} typed={typed} onType={setTyped} input={input} onChoose={choose} />
            {refusal !== null && (
              <div className="pal-note">
                <Failure what="That was not done." refusal={refusal} />
              </div>
            )}
            <Foot />
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Goes to what was chosen, or does it. */
function useChoose(): (entry: Entry, inNewTab: boolean) => void {
  const router = useRouter();
  return ({ id, choice }, inNewTab) => {
    remember(id);
    if (choice.kind === "act") return choice.act();
    if (inNewTab) window.open(choice.to, "_blank", "noopener");
    else void router.navigate({ href: choice.to });
    closePalette();
  };
}

/** @param onRefused the palette is shown again, with what the server said */
function useActions(onRefused: () => void) {
  const router = useRouter();
  const queries = useQueryClient();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const failed = (caught: unknown): void => {
    setRefusal(refusalFrom(caught));
    onRefused();
  };
  const changed = (): void => {
    void queries.invalidateQueries({ queryKey: ["runs"] });
    closePalette();
  };
  return {
    refusal,
    build: (pipeline: string): void => {
      data(api.POST("/pipelines/{id}/build", { params: { path: { id: pipeline } }, body: {} })).then(
        ({ run_id }) => {
          toast(`${pipeline} is being built.`);
          changed();
          void router.navigate({ to: "/runs/$run", params: { run: run_id } });
        },
        failed,
      );
    },
    stop: (run: RunView): void => {
      const params = { path: { ref: run.id } };
      data(api.POST("/runs/{ref}/stop", { params, body: {} })).then(() => {
        toast(`${run.pipeline} #${run.number} is being stopped.`);
        changed();
      }, failed);
    },
    retry: (run: RunView): void => {
      const body = { failed: run.status !== "completed" };
      data(api.POST("/runs/{ref}/retry", { params: { path: { ref: run.id } }, body })).then(
        ({ run_id, number }) => {
          toast(`${run.pipeline} #${run.number} is tried again as #${number}.`);
          changed();
          void router.navigate({ to: "/runs/$run", params: { run: run_id } });
        },
        failed,
      );
    },
  };
}

function Finder({
  found,
  typed,
  onType,
  input,
  onChoose,
}: {
  readonly found: readonly Found[];
  readonly typed: string;
  readonly onType: (text: string) => void;
  readonly input: React.RefObject<HTMLInputElement | null>;
  readonly onChoose: (entry: Entry, inNewTab: boolean) => void;
}) {
  // The one that is chosen is known by its id: new rows do not move it from under a finger. Null: the best.
  const [picked, pick] = useState<string | null>(null);
  const known = found.findIndex(({ entry }) => entry.id === picked);
  const at = known < 0 ? bestOf(found) : known;
  const active = found[at]?.entry;
  const move = (by: number): void => pick(found[(at + by + found.length) % found.length]?.entry.id ?? null);
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      if (active !== undefined) onChoose(active, event.metaKey || event.ctrlKey);
    } else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="pal-in">
        <Icon name="find" />
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-expanded={found.length > 0}
          aria-controls="pal-list"
          aria-activedescendant={active === undefined ? undefined : `pal-${at}`}
          aria-autocomplete="list"
          aria-label="Find or do"
          placeholder="A run, a pipeline, a room, or what to do"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            onType(event.target.value);
            pick(null);
          }}
          onKeyDown={pressed}
        />
        <Dialog.Close className="pal-close">
          <span className="vh">Close, </span>
          <kbd>Esc</kbd>
        </Dialog.Close>
      </div>
      <div className="pal-list" id="pal-list" role="listbox" aria-label="What was found">
        {GROUPS.map(({ id, name }) => {
          const own = found.flatMap((one, index) => (one.entry.group === id ? [{ ...one, index }] : []));
          return (
            own.length > 0 && (
              <div role="group" aria-labelledby={`pal-group-${id}`} key={id}>
                <div id={`pal-group-${id}`} role="presentation">
                  {name}
                </div>
                {own.map(({ index, ...one }) => (
                  <Option
                    key={one.entry.id}
                    index={index}
                    found={one}
                    isActive={index === at}
                    onPick={() => pick(one.entry.id)}
                    onChoose={onChoose}
                  />
                ))}
              </div>
            )
          );
        })}
      </div>
      {found.length === 0 && <p className="pal-none">Nothing is called “{typed}”.</p>}
      <p className="vh" role="status">
        {found.length === 0 ? "Nothing found" : `${found.length} found`}
      </p>
    </>
  );
}

function Option({
  index,
  found: { entry, match },
  isActive,
  onPick,
  onChoose,
}: {
  readonly index: number;
  readonly found: Found;
  readonly isActive: boolean;
  readonly onPick: () => void;
  readonly onChoose: (entry: Entry, inNewTab: boolean) => void;
}) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isActive) row.current?.scrollIntoView({ block: "nearest" });
  }, [isActive]);
  const { mark, title, note, keys } = entry;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field has the keys of the list
    <div
      ref={row}
      id={`pal-${index}`}
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      onPointerMove={isActive ? undefined : onPick}
      onClick={(event) => onChoose(entry, event.metaKey || event.ctrlKey)}
    >
      {mark.kind === "icon" ? <Icon name={mark.name} /> : <StatusMark status={mark.status} alone />}
      <span className="clip">
        <Marked text={title} ranges={match.ranges} />
      </span>
      <span className="soft small clip">{note}</span>
      <span className="keys" aria-hidden="true">
        {(keys ?? (isActive ? ["↵"] : [])).map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </span>
    </div>
  );
}

/** The text with what matched underlined. */
function Marked({ text, ranges }: { readonly text: string; readonly ranges: Ranges }) {
  return piecesOf(text, ranges).map(({ text: piece, isMatch, at }) =>
    isMatch ? <b key={at}>{piece}</b> : piece,
  );
}

function Foot() {
  return (
    <div className="pal-foot" aria-hidden="true">
      <span>
        <kbd>↑</kbd>
        <kbd>↓</kbd> move
      </span>
      <span>
        <kbd>↵</kbd> open
      </span>
      <span>
        <kbd>{/Mac|iP/.test(navigator.platform) ? "⌘" : "Ctrl"}</kbd>
        <kbd>↵</kbd> in a new tab
      </span>
      <span className="pal-actions">
        <kbd>&gt;</kbd> actions only
      </span>
    </div>
  );
}
