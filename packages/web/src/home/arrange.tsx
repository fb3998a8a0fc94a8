import { useState } from "react";
import { prefer } from "../app/preferences.ts";
import { Button, IconButton } from "../design/index.ts";
import { hiddenWidgets, moved, shownWidgets, type Widget, withWidget, without } from "./arrangement.ts";

/** While widgets are arranged: what is hidden, back to Gaia's order, done. */
export function ArrangeBar({
  chosen,
  onDone,
}: {
  readonly chosen: readonly string[] | null;
  readonly onDone: () => void;
}) {
  const hidden = hiddenWidgets(chosen);
  const shown = shownWidgets(chosen);
  return (
    <div className="note accent arrange-bar" role="group" aria-label="Arrange this page">
      <p>
        Move or hide what stands here. It is kept in this browser.
        {hidden.length > 0 && <span className="mid"> Hidden:</span>}
      </p>
      <div className="btns">
        {hidden.map(({ id, name }) => (
          <Button
            key={id}
            size="small"
            icon="plus"
            aria-label={`Show ${name} again`}
            onClick={() => prefer({ home: withWidget(shown, id) })}
          >
            {name}
          </Button>
        ))}
        <Button size="small" disabled={chosen === null} onClick={() => prefer({ home: null })}>
          Reset
        </Button>
        <Button size="small" kind="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}

/** Beside the head of a widget while the page is arranged. */
export function WidgetTools({
  widget,
  shown,
  onMoved,
}: {
  readonly widget: Widget;
  readonly shown: readonly Widget[];
  /** Told in words, for readers. */
  readonly onMoved: (text: string) => void;
}) {
  const { id, name, column } = widget;
  const own = shown.filter((each) => each.column === column);
  const at = own.indexOf(widget);
  const [isHiding, setHiding] = useState(false);
  const move = (by: -1 | 1): void => {
    prefer({ home: moved(shown, id, by) });
    onMoved(`${name} is now ${at + by + 1} of ${own.length}.`);
  };
  return (
    <div className="btns widget-tools" role="group" aria-label={`Arrange ${name}`}>
      <IconButton icon="up" label={`Move ${name} up`} aria-disabled={at === 0} onClick={() => move(-1)} />
      <IconButton
        icon="down"
        label={`Move ${name} down`}
        aria-disabled={at === own.length - 1}
        onClick={() => move(1)}
      />
      <IconButton
        icon="close"
        label={`Hide ${name}`}
        disabled={isHiding}
        onClick={() => {
          setHiding(true);
          prefer({ home: without(shown, id) });
          onMoved(`${name} is hidden.`);
        }}
      />
    </div>
  );
}
