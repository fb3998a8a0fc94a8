import { prefer } from "../app/preferences.ts";
import { Button, IconButton } from "../design/index.ts";
import { hiddenWidgets, moved, shownWidgets, type Widget, withWidget, without } from "./arrangement.ts";

const BAR = "arrange-bar";

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
    <div
      id={BAR}
      className="note accent arrange-bar"
      role="group"
      aria-label="Arrange this page"
      tabIndex={-1}
    >
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
            onClick={() => {
              prefer({ home: withWidget(shown, id) });
              keepFocus(BAR);
            }}
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
  const move = (by: -1 | 1, button: string): void => {
    if (own[at + by] === undefined) return;
    prefer({ home: moved(shown, id, by) });
    keepFocus(button);
    onMoved(`${name} is now ${at + by + 1} of ${own.length}.`);
  };
  return (
    <div className="btns widget-tools" role="group" aria-label={`Arrange ${name}`}>
      <IconButton
        id={`${id}-up`}
        icon="up"
        label={`Move ${name} up`}
        aria-disabled={at === 0}
        onClick={() => move(-1, `${id}-up`)}
      />
      <IconButton
        id={`${id}-down`}
        icon="down"
        label={`Move ${name} down`}
        aria-disabled={at === own.length - 1}
        onClick={() => move(1, `${id}-down`)}
      />
      <IconButton
        icon="close"
        label={`Hide ${name}`}
        onClick={() => {
          prefer({ home: without(shown, id) });
          onMoved(`${name} is hidden.`);
          keepFocus(BAR);
        }}
      />
    </div>
  );
}

/** What had the focus has moved or gone: who works by keys goes on from there. */
function keepFocus(id: string): void {
  requestAnimationFrame(() => document.getElementById(id)?.focus());
}
