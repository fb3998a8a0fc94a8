/** Which widgets the start page shows, and in which order: a person may change both. */

export const WIDGETS = [
  { id: "needs", name: "Needs you", column: "main" },
  { id: "working", name: "Working now", column: "main" },
  { id: "failed", name: "Failed lately", column: "main" },
  { id: "next", name: "Next", column: "side" },
  { id: "health", name: "Health", column: "side" },
  { id: "lately", name: "Lately", column: "side" },
] as const;

export type Widget = (typeof WIDGETS)[number];
export type WidgetId = Widget["id"];

/** The widgets that are shown, in order. @param chosen as kept; null: as Gaia has them */
export function shownWidgets(chosen: readonly string[] | null): readonly Widget[] {
  if (chosen === null) return WIDGETS;
  return [...new Set(chosen)].flatMap((id) => WIDGETS.filter((widget) => widget.id === id));
}

export function hiddenWidgets(chosen: readonly string[] | null): readonly Widget[] {
  const shown = new Set(shownWidgets(chosen).map(({ id }) => id));
  return WIDGETS.filter(({ id }) => !shown.has(id));
}

/** One place up or down among those of its column. */
export function moved(shown: readonly Widget[], id: WidgetId, by: -1 | 1): readonly WidgetId[] {
  const ids = shown.map((widget) => widget.id);
  const widget = shown.find((each) => each.id === id);
  if (widget === undefined) return ids;
  const own = shown.filter(({ column }) => column === widget.column);
  const other = own[own.indexOf(widget) + by];
  if (other === undefined) return ids;
  return ids.map((each) => (each === id ? other.id : each === other.id ? id : each));
}

export function without(shown: readonly Widget[], id: WidgetId): readonly WidgetId[] {
  return shown.flatMap((widget) => (widget.id === id ? [] : [widget.id]));
}

/** Shown again where Gaia has it: behind the nearest of those before it. */
export function withWidget(shown: readonly Widget[], id: WidgetId): readonly WidgetId[] {
  const ids = shown.map((widget) => widget.id);
  if (ids.includes(id)) return ids;
  const before = new Set(
    WIDGETS.slice(
      0,
      WIDGETS.findIndex((widget) => widget.id === id),
    ).map((one) => one.id),
  );
  const at = ids.findLastIndex((each) => before.has(each)) + 1;
  return [...ids.slice(0, at), id, ...ids.slice(at)];
}
